internal import Foundation
internal import Synchronization

/// A terminal that hands over every key as it is pressed, until it is put back.
final class RawTerminal: Sendable {
  private let descriptor: Int32
  private let saved: Mutex<termios?>

  /// Takes the terminal; nil if the descriptor is none.
  init?(_ descriptor: Int32) {
    var present = termios()
    guard isatty(descriptor) == 1, tcgetattr(descriptor, &present) == 0 else { return nil }
    self.descriptor = descriptor
    saved = Mutex(present)
    var raw = present
    cfmakeraw(&raw)
    tcsetattr(descriptor, TCSANOW, &raw)
  }

  deinit { restore() }

  /// Puts the terminal back as it was; harmless a second time.
  func restore() {
    saved.withLock { saved in
      guard var settings = saved else { return }
      tcsetattr(descriptor, TCSANOW, &settings)
      saved = nil
    }
  }
}

/// A terminal that is raw from some moment on, and put back on every way out.
final class RawTerminalGuard: Sendable {
  private let terminal = Mutex<RawTerminal?>(nil)

  /// True once a terminal is raw.
  var isHeld: Bool { terminal.withLock { $0 != nil } }

  /// Makes the terminal raw, if the descriptor is one.
  func take(_ descriptor: Int32) {
    terminal.withLock { $0 = RawTerminal(descriptor) }
  }

  /// Puts the terminal back.
  func release() {
    terminal.withLock { held in
      held?.restore()
      held = nil
    }
  }
}

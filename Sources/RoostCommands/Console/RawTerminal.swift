internal import Foundation
internal import Synchronization

/// A terminal in raw mode, which passes on every key at once, until it is restored.
final class RawTerminal: Sendable {
  private let descriptor: Int32
  private let saved: Mutex<termios?>

  /// Switches the terminal to raw mode; nil if the descriptor is not a terminal.
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

  /// Restores the terminal; a second call does nothing.
  func restore() {
    saved.withLock { saved in
      guard var settings = saved else { return }
      tcsetattr(descriptor, TCSANOW, &settings)
      saved = nil
    }
  }
}

/// Holds a terminal that may be raw, and restores it on every way out.
final class RawTerminalGuard: Sendable {
  private let terminal = Mutex<RawTerminal?>(nil)

  /// True once a terminal is raw.
  var isHeld: Bool { terminal.withLock { $0 != nil } }

  /// Switches the terminal to raw mode, if the descriptor is one.
  func take(_ descriptor: Int32) {
    terminal.withLock { $0 = RawTerminal(descriptor) }
  }

  /// Restores the terminal.
  func release() {
    terminal.withLock { held in
      held?.restore()
      held = nil
    }
  }
}

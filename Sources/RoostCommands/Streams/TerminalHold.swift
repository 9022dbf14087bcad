internal import Synchronization

/// A terminal that is raw from some moment on, and put back on every way out.
final class TerminalHold: Sendable {
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

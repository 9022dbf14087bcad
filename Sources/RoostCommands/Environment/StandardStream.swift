internal import Foundation
internal import Synchronization

/// One of the process's own streams.
package final class StandardStream: TextSink {
  /// True if the stream is a terminal.
  package let isTerminal: Bool
  private let descriptor: Int32
  private let broken = Atomic(false)
  private let problem = Atomic<Int32>(0)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
  }

  /// The process's standard output.
  package static func output() -> StandardStream { StandardStream(STDOUT_FILENO) }

  /// The process's standard error.
  package static func errors() -> StandardStream { StandardStream(STDERR_FILENO) }

  /// The terminal's width, or 80.
  package var columns: Int {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// False once a write failed.
  package var isOpen: Bool { !broken.load(ordering: .relaxed) }

  /// The system's message for a failed write, such as on a full disk; nil if only the reader was gone.
  package var failure: String? {
    let number = problem.load(ordering: .relaxed)
    return number == 0 ? nil : String(cString: strerror(number))
  }

  /// Writes bytes at once; drops what can't be written.
  package func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty, isOpen {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      let reason = errno
      if reason == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, 1000)
      } else if reason != EINTR {
        if reason != EPIPE { problem.store(reason, ordering: .relaxed) }
        broken.store(true, ordering: .relaxed)
      }
    }
  }
}

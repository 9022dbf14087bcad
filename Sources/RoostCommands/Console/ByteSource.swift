@preconcurrency internal import Dispatch
internal import Foundation

/// Reads a descriptor on a thread of its own, no faster than the bytes are used.
final class ByteSource: Sendable {
  /// The bytes in pieces; ends at the end of the file, at an error, and after ``stop()``.
  let pieces: AsyncStream<[UInt8]>
  /// The most pieces that wait to be used.
  private static let ahead = 4
  /// Begins at zero, because a semaphore that is freed below its initial value traps.
  private let permits = DispatchSemaphore(value: 0)
  private let continuation: AsyncStream<[UInt8]>.Continuation

  /// Starts to read; `onEnd` runs when nothing more is read.
  init(_ descriptor: Int32, onEnd: @escaping @Sendable () -> Void = {}) {
    (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    for _ in 0..<Self.ahead { permits.signal() }
    let permits = permits
    let continuation = continuation
    let thread = Thread {
      var buffer = [UInt8](repeating: 0, count: 1 << 15)
      reading: while true {
        permits.wait()
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR || errno == EAGAIN {
          if errno == EAGAIN { Self.waitUntilReadable(descriptor) }
          permits.signal()
          continue
        }
        guard count > 0 else { break }
        if case .terminated = continuation.yield(Array(buffer[..<count])) { break reading }
      }
      continuation.finish()
      onEnd()
    }
    thread.stackSize = 1 << 18
    thread.start()
  }

  private static func waitUntilReadable(_ descriptor: Int32) {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&ready, 1, -1)
  }

  /// Reports that a piece has been used, so that another may be read.
  func used() { permits.signal() }

  /// Ends the pieces; the thread ends with its present read.
  func stop() {
    continuation.finish()
    permits.signal()
  }
}

/// Catches the signals that ask a command to end, for the lifetime of the value.
final class InterruptSignal: Sendable {
  /// The caught signals.
  let signals: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// Catches SIGINT, SIGTERM and SIGHUP.
  init() {
    let (signals, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(4))
    self.signals = signals
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield(number) }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
  }

  /// Suspends until the first signal, or until the task is cancelled.
  func wait() async {
    for await _ in signals { return }
  }
}

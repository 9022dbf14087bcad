@preconcurrency internal import Dispatch
internal import Foundation

/// Signals that ask a command to come to an end, caught for as long as the value lives.
final class Interruption: Sendable {
  /// The signals, as they come.
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

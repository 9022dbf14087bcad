package import Logging
import Synchronization

/// The errors that a program has logged, for tests that wait for one.
package final class ErrorLog: Sendable {
  private let kept = Mutex<[String]>([])

  /// The messages, the oldest first.
  package var messages: [String] { kept.withLock { $0 } }

  package init() {}

  /// A logger that keeps its errors here, and all else from a level on.
  package func logger(_ label: String, from level: Logger.Level = .error) -> Logger {
    Logger(label: label) { _ in Handler(log: self, logLevel: level) }
  }

  private struct Handler: LogHandler {
    let log: ErrorLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.error

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.kept.withLock { $0.append(event.message.description) } }
  }
}

internal import Fleet
package import Logging

/// Escapes all log lines of the programs: whatever a domain, an agent or libvirt puts into a message or its metadata,
/// one event stays one line, and a terminal executes none of it.
package struct EscapingLogHandler: LogHandler {
  private var inner: any LogHandler

  /// Escapes events and passes them to another handler.
  package init(_ inner: any LogHandler) {
    self.inner = inner
  }

  /// Writes to standard error.
  package static func standardError(label: String) -> EscapingLogHandler {
    EscapingLogHandler(StreamLogHandler.standardError(label: label))
  }

  /// The metadata of every event, escaped.
  package var metadata: Logger.Metadata {
    get { inner.metadata }
    set { inner.metadata = Self.escaped(newValue) }
  }

  /// The lowest level that is written.
  package var logLevel: Logger.Level {
    get { inner.logLevel }
    set { inner.logLevel = newValue }
  }

  /// One value of the metadata of every event, escaped.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { inner[metadataKey: key.singleLine] }
    set { inner[metadataKey: key.singleLine] = newValue.map(Self.escaped) }
  }

  /// Escapes an event and passes it on.
  package func log(event: LogEvent) {
    var event = event
    event.message = Logger.Message(stringLiteral: event.message.description.singleLine)
    event.metadata = event.metadata.map(Self.escaped)
    event.error = event.error.map { EscapedError(description: String(describing: $0).singleLine) }
    inner.log(event: event)
  }

  private struct EscapedError: Error, CustomStringConvertible {
    let description: String
  }

  private static func escaped(_ metadata: Logger.Metadata) -> Logger.Metadata {
    Dictionary(metadata.map { ($0.key.singleLine, escaped($0.value)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func escaped(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    switch value {
    case .string(let text): .string(text.singleLine)
    case .stringConvertible(let value): .string(value.description.singleLine)
    case .dictionary(let metadata): .dictionary(escaped(metadata))
    case .array(let values): .array(values.map(escaped))
    @unknown default: .string(value.description.singleLine)
    }
  }
}

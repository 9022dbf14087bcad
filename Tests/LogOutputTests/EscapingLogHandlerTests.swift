import LogOutput
import Logging
import Synchronization
import Testing

@Suite("What the programs log")
struct EscapingLogHandlerTests {
  /// Keeps what reaches the sink.
  final class Sink: Sendable {
    let events = Mutex<[String]>([])
  }

  struct Collector: LogHandler {
    let sink: Sink
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, last in last }
      sink.events.withLock { $0.append("\(event.message) \(all) \(event.error.map { "\($0)" } ?? "")") }
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let hostile = "vm\n2026-01-01 error roost: forged \u{1B}[2J\u{202E}\u{9B}\u{85}\r\u{2028}"

  @Test("an event stays one plain line, whatever its message, metadata and error hold")
  func escaping() throws {
    let sink = Sink()
    var logger = Logger(label: "test") { _ in EscapingLogHandler(Collector(sink: sink)) }
    logger[metadataKey: "own\n"] = "\(Self.hostile)"
    logger.warning(
      "domain \(Self.hostile)", error: Failure(description: Self.hostile),
      metadata: ["a\nb": .array([.dictionary(["c": .string(Self.hostile)])])])
    let line = try #require(sink.events.withLock { $0.first })
    #expect(line.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }, "\(line.debugDescription)")
    #expect(line.contains(#"vm\u{a}2026-01-01"#))
  }

  @Test("words in any script are left as they are")
  func words() throws {
    let sink = Sink()
    Logger(label: "test") { _ in EscapingLogHandler(Collector(sink: sink)) }.info("Büro 日本 \"web-1\"")
    #expect(sink.events.withLock { $0.first?.hasPrefix("Büro 日本 \"web-1\"") } == true)
  }
}

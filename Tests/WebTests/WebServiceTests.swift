import Fleet
import Foundation
import Logging
import Synchronization
import Testing

@testable import Web

@Suite("Web service")
struct WebServiceTests {
  @Test("figures are served to whoever asks, and nothing else is")
  func serving() async throws {
    try await serve({ .sample }) { port in
      let metrics = try await HTTPAnswer.get("/metrics", port: port)
      #expect(metrics.status == 200)
      #expect(metrics.text.contains("Content-Type: text/plain; version=0.0.4"))
      #expect(metrics.text.contains("\nroost_mac_conflicts 1\n"))
      #expect(try await HTTPAnswer.get("/healthz", port: port).text.hasSuffix("ok\n"))
      #expect(try await HTTPAnswer.get("/secrets", port: port).status == 404)
      #expect(try await HTTPAnswer.get("/../etc/passwd", port: port).status != 200)
    }
  }

  @Test("a coordinator that is not serving has no metrics, and says so")
  func notServing() async throws {
    try await serve({ throw FleetError(.unreachable, "the coordinator is not serving") }) { port in
      for path in ["/metrics", "/healthz"] {
        let answer = try await HTTPAnswer.get(path, port: port)
        #expect(answer.status == 503)
        #expect(answer.text.hasSuffix("the coordinator is not serving\n"))
      }
    }
  }

  @Test("whoever asks for health alone waits for no metrics")
  func health() async throws {
    try await serve({ throw FleetError(.internal, "too much to count") }, check: {}) { port in
      let (health, metrics) = try await (HTTPAnswer.get("/healthz", port: port), HTTPAnswer.get("/metrics", port: port))
      #expect(health.status == 200 && metrics.status == 503)
    }
  }

  private func serve(
    _ figures: @escaping @Sendable () async throws -> FleetMetrics, check: (@Sendable () async throws -> Void)? = nil,
    _ body: @Sendable (Int) async throws -> Void
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let service = WebService(
      host: "127.0.0.1", port: 0, logger: logger, ready: { port.yield($0) }, check: check, figures: figures)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      defer { group.cancelAll() }
      var iterator = ports.makeAsyncIterator()
      try await body(try #require(await iterator.next()))
    }
  }
}

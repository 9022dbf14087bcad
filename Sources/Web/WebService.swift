package import Fleet
internal import Hummingbird
package import Logging
internal import ServiceLifecycle

/// Serves the fleet's metrics over plain HTTP until a graceful shutdown.
package struct WebService: Service {
  private let host: String
  private let port: Int
  private let logger: Logger
  private let figures: @Sendable () async throws -> FleetMetrics
  private let check: @Sendable () async throws -> Void
  private let ready: @Sendable (Int) -> Void

  /// Prepares to serve; opens nothing yet.
  /// - Parameters:
  ///   - host: the IP address to listen on.
  ///   - port: the TCP port; 0 for any.
  ///   - figures: returns the present metrics; an error becomes the status 503.
  ///   - check: throws while the fleet is not served, which becomes the status 503; nil if the metrics tell.
  ///   - ready: called with the port once calls are answered.
  package init(
    host: String, port: Int, logger: Logger, ready: @escaping @Sendable (Int) -> Void = { _ in },
    check: (@Sendable () async throws -> Void)? = nil, figures: @escaping @Sendable () async throws -> FleetMetrics
  ) {
    self.check = check ?? { _ = try await figures() }
    self.host = host
    self.port = port
    self.logger = logger
    self.ready = ready
    self.figures = figures
  }

  /// Serves.
  /// - Throws: an error of the system if it can't listen there.
  package func run() async throws {
    let router = Router()
    router.get("healthz") { _, _ in await health() }
    router.get("metrics") { _, _ in await metrics() }
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .notice)
    let ready = ready
    let application = Application(
      router: router, configuration: .init(address: .hostname(host, port: port)),
      onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: quiet)
    try await application.run()
  }

  private func health() async -> Response {
    await answer {
      try await check()
      return "ok\n"
    }
  }

  private func metrics() async -> Response {
    await answer(as: "text/plain; version=0.0.4; charset=utf-8") {
      try await figures().metrics.map(\.text).joined()
    }
  }

  private func answer(
    as type: String = "text/plain; charset=utf-8", _ body: () async throws -> String
  ) async -> Response {
    do {
      return Self.response(.ok, type, try await body())
    } catch {
      let message = (error as? FleetError)?.message ?? "the figures can't be read"
      logger.warning("the figures are not served: \(error)")
      return Self.response(.serviceUnavailable, "text/plain; charset=utf-8", message + "\n")
    }
  }

  private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}

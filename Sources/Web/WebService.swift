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
  private let ready: @Sendable (Int) -> Void

  /// Prepares to serve; opens nothing yet.
  /// - Parameters:
  ///   - host: the IP address to listen on.
  ///   - port: the TCP port; 0 for any.
  ///   - figures: returns the present metrics; an error becomes the status 503.
  ///   - ready: called with the port once calls are answered.
  package init(
    host: String, port: Int, logger: Logger, ready: @escaping @Sendable (Int) -> Void = { _ in },
    figures: @escaping @Sendable () async throws -> FleetMetrics
  ) {
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
    await answer { _ in "ok\n" }
  }

  private func metrics() async -> Response {
    await answer(as: "text/plain; version=0.0.4; charset=utf-8") { $0.metrics.map(\.text).joined() }
  }

  private func answer(
    as type: String = "text/plain; charset=utf-8", _ body: (FleetMetrics) -> String
  ) async -> Response {
    do {
      return Self.response(.ok, type, body(try await figures()))
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

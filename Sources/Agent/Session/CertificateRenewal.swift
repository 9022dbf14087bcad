internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Logging
internal import PKI
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Renews the host's certificate over the live link when two thirds of its lifetime are over, or when its authority is
/// being replaced.
struct CertificateRenewal: Sendable {
  private static let interval = Duration.seconds(600)

  let directory: StateDirectory
  let credentials: Credentials
  let environment: AgentEnvironment
  let logger: Logger

  /// Waits until it is time, renews, and returns, so that the agent reconnects with the new certificate. A failure is
  /// tried again until the connection ends.
  func run(_ client: CoordinatorConnection.Client) async {
    while !Task.isCancelled {
      if !credentials.isOfNewestAuthority || environment.wallClock.now().seconds >= credentials.certificate.renewalTime
      {
        do {
          try await renew(client)
          return
        } catch {
          logger.error("the host's certificate is not renewed: \(FleetError(error))")
        }
      }
      do { try await environment.clock.sleep(for: Self.interval) } catch { return }
    }
  }

  /// Makes a new key, has it certified, verifies the certificate and replaces the old pair.
  func renew(_ client: CoordinatorConnection.Client) async throws {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: String(HostName.current.prefix(64)))
    let reply = try await Roost_V1_AgentLink.Client(wrapping: client).renew(
      .with { $0.certificateRequestPem = request.pem })
    let certificate = try Certificate(pem: reply.certificatePem)
    let now = environment.wallClock.now().seconds
    guard let newest = credentials.authorities.last else { throw FleetError(.denied, "the host trusts no authority") }
    try certificate.verify(
      chainTo: newest, at: max(certificate.notBefore, min(now, certificate.notAfter)), purpose: .client)
    guard key.matches(certificate), certificate.fleetIdentity == credentials.certificate.fleetIdentity else {
      throw FleetError(.denied, "the new certificate is for another host or key")
    }
    let next = Credentials(keyPEM: try key.pem(), certificate: certificate, authorities: credentials.authorities)
    try next.write(to: directory)
    logger.info("the host has a new certificate until \(Timestamp(seconds: certificate.notAfter))")
  }
}

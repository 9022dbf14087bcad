import Fleet
import Foundation
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// The agents' calls: the long stream, tunnels, images, renewal. The certificate identifies the host.
struct AgentLinkService: Roost_V1_AgentLink.SimpleServiceProtocol {
  let handler: AgentStreamHandler
  let tunnels: TunnelService
  let library: ImageLibrary
  let issuer: CertificateIssuer
  let starts: StartArbiter
  let pace: HostPace

  func connect(
    request: RPCAsyncSequence<Roost_V1_AgentMessage, any Error>, response: RPCWriter<Roost_V1_CoordinatorMessage>,
    context: ServerContext
  ) async throws {
    try await handler.serve(try Self.hostID(), request, response, peer: context.remotePeer)
  }

  func connectInParts(
    request: RPCAsyncSequence<Roost_V1_AgentMessage, any Error>, response: RPCWriter<Roost_V1_CoordinatorMessage>,
    context: ServerContext
  ) async throws {
    try await connect(request: request, response: response, context: context)
  }

  func tunnel(
    request: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>, response: RPCWriter<Roost_V1_TunnelFrame>,
    context: ServerContext
  ) async throws {
    try await tunnels.serveAgent(request, response, from: try Self.hostID())
  }

  func fetchImage(
    request: Roost_V1_FetchImageRequest, response: RPCWriter<Roost_V1_ImageChunk>, context: ServerContext
  ) async throws {
    let hostID = try Self.hostID()
    guard let id = ImageID(request.imageID) else { throw FleetError(.invalid, "the image id is not a UUID") }
    guard try await handler.mayFetch(id, hostID) else {
      throw FleetError(.denied, "no VM of this host needs the image \(id)")
    }
    let file = try await library.open(id)
    let size = try file.size()
    guard var offset = Int64(exactly: request.offset), offset <= size else {
      throw FleetError(.invalid, "the image \(id) has \(size) bytes and none at \(request.offset)")
    }
    while offset < size {
      let place = offset
      let chunk = try await OpenFile.run { try file.read(ImageLibrary.chunkSize, at: place) }
      guard !chunk.isEmpty else { return }
      try await response.write(
        .with {
          $0.offset = UInt64(clamping: place)
          $0.data = Data(chunk)
        })
      // BOUNDED: what was read of a file, at a place in it.
      offset = min(size, place + Int64(chunk.count))
    }
  }

  func renew(request: Roost_V1_RenewRequest, context: ServerContext) async throws -> Roost_V1_RenewResponse {
    let certificate = try await handler.renew(try Self.hostID(), requestPEM: request.certificateRequestPem, issuer)
    return .with {
      $0.certificatePem = certificate.pem
      $0.authorityPem = issuer.authorities.pair.pem
    }
  }

  func judgeStart(
    request: Roost_V1_JudgeStartRequest, context: ServerContext
  ) async throws -> Roost_V1_JudgeStartResponse {
    let hostID = try Self.hostID()
    try pace.check("judgements", .judgements, of: hostID)
    return try await starts.judge(DomainStart(request), on: hostID).message
  }

  private static func hostID() throws(FleetError) -> HostID {
    guard case .agent(let id) = Caller.current else { throw FleetError(.denied, "only agents call this") }
    return id
  }
}

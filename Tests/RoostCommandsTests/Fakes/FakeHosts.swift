import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

@testable import RoostCommands

/// One host `h1`, which leaves when it is asked to.
struct FakeHosts: Roost_V1_Hosts.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  private static let host = HostSummary(
    name: "h1", id: Samples.id(11), state: .unreachable, reason: "its agent is silent", seenAt: Samples.noon,
    capacity: nil, reserved: Reservation(), vms: 2, acceleration: "kvm", checksPassed: 0, checksWarned: 0,
    checksFailed: 0, labels: [:])

  func get(request: Roost_V1_GetHostRequest, context: ServerContext) async throws -> Roost_V1_GetHostResponse {
    .with { $0.host = Self.host.message }
  }

  func remove(request: Roost_V1_RemoveHostRequest, context: ServerContext) async throws -> Roost_V1_HostResponse {
    coordinator.note("remove\(request.lost ? " lost" : "") \(request.confirmedName)")
    return .with {
      $0.host = Self.host.message
      $0.notes = ["pet stays"]
    }
  }

  func revoke(request: Roost_V1_RevokeHostRequest, context: ServerContext) async throws -> Roost_V1_RevokeHostResponse {
    coordinator.note("revoke \(request.host)")
    return .with {
      $0.host = Self.host.message
      $0.certificates = 1
    }
  }

  func disregard(
    request: Roost_V1_DisregardHostRequest, context: ServerContext
  ) async throws -> Roost_V1_HostResponse {
    coordinator.note("disregard \(request.host) \(request.disregarded)")
    return .with { $0.host = Self.host.message }
  }

  func list(
    request: Roost_V1_ListHostsRequest, response: RPCWriter<Roost_V1_ListHostsResponse>, context: ServerContext
  ) async throws { try await response.write(.with { $0.hosts = [Self.host.message] }) }

  func createToken(
    request: Roost_V1_CreateTokenRequest, context: ServerContext
  ) async throws -> Roost_V1_CreateTokenResponse { throw Self.foreign }

  func listTokens(
    request: Roost_V1_ListTokensRequest, context: ServerContext
  ) async throws -> Roost_V1_ListTokensResponse { throw Self.foreign }

  func revokeToken(
    request: Roost_V1_RevokeTokenRequest, context: ServerContext
  ) async throws -> Roost_V1_TokenResponse { throw Self.foreign }

  func setCordon(request: Roost_V1_SetCordonRequest, context: ServerContext) async throws -> Roost_V1_HostResponse {
    throw Self.foreign
  }

  func listNetworks(
    request: Roost_V1_ListNetworksRequest, response: RPCWriter<Roost_V1_ListNetworksResponse>, context: ServerContext
  ) async throws { throw Self.foreign }

  func setNetwork(
    request: Roost_V1_SetNetworkRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse { throw Self.foreign }

  func listPools(
    request: Roost_V1_ListPoolsRequest, response: RPCWriter<Roost_V1_ListPoolsResponse>, context: ServerContext
  ) async throws { throw Self.foreign }

  func setLabels(
    request: Roost_V1_SetHostLabelsRequest, context: ServerContext
  ) async throws -> Roost_V1_HostResponse { throw Self.foreign }

  private static var foreign: RPCError { FleetError(.unsupported, "not here").rpcError }
}

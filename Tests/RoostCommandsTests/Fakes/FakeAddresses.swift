import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

@testable import RoostCommands

/// A ledger that makes every pool it is asked for, and does nothing else.
struct FakeAddresses: Roost_V1_Addresses.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func createMACPool(
    request: Roost_V1_CreateMACPoolRequest, context: ServerContext
  ) async throws -> Roost_V1_MACPoolResponse {
    let range = try MACRange(parsing: request.range)
    return .with {
      $0.pool.pool = .with {
        $0.name = request.name
        $0.first = range.first.description
        $0.last = range.last.description
        $0.network = request.network
        $0.label = request.label
        $0.createdAt = Samples.noon.milliseconds
      }
    }
  }

  func listMACs(
    request: Roost_V1_ListMACsRequest, response: RPCWriter<Roost_V1_ListMACsResponse>, context: ServerContext
  ) async throws { throw Self.unknown }
  func listPorts(
    request: Roost_V1_ListPortsRequest, response: RPCWriter<Roost_V1_ListPortsResponse>, context: ServerContext
  ) async throws { throw Self.unknown }
  func findMACs(request: Roost_V1_FindMACsRequest, context: ServerContext) async throws -> Roost_V1_FindMACsResponse {
    throw Self.unknown
  }
  func reserveMACs(
    request: Roost_V1_ReserveMACsRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse { throw Self.unknown }
  func releaseMAC(
    request: Roost_V1_ReleaseMACRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse { throw Self.unknown }
  func reclaimMAC(
    request: Roost_V1_ReclaimMACRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse { throw Self.unknown }
  func listMACPools(
    request: Roost_V1_ListMACPoolsRequest, context: ServerContext
  ) async throws -> Roost_V1_ListMACPoolsResponse { throw Self.unknown }
  func deleteMACPool(
    request: Roost_V1_DeleteMACPoolRequest, context: ServerContext
  ) async throws -> Roost_V1_MACPoolResponse { throw Self.unknown }
  func setPortRange(
    request: Roost_V1_SetPortRangeRequest, context: ServerContext
  ) async throws -> Roost_V1_SetPortRangeResponse { throw Self.unknown }

  func setVNCDefault(
    request: Roost_V1_SetVNCDefaultRequest, context: ServerContext
  ) async throws -> Roost_V1_VNCDefaultResponse {
    coordinator.note("vnc default \(request.mode)")
    return .with { $0.mode = request.mode }
  }

  /// What a coordinator answers that does not know the call.
  private static let unknown = RPCError(
    code: .unimplemented, message: "Requested RPC isn't implemented by this server.")
}

import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

@testable import RoostCommands

/// Two unmanaged VMs, `one` and its copy `two`.
struct FakeAdoption: Roost_V1_Adoption.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  static let copy = FleetError(
    .conflict,
    "MAC 52:54:00:00:00:01 is used by \"one\" on h1 and by \"two\" on h2: a copy; the original is \"one\" on h1",
    hint: "roost adopt two --host h2 --accept-conflicts")

  func plan(
    request: Roost_V1_PlanAdoptionRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanAdoptionResponse {
    let one = Roost_V1_AdoptionVerdict.with { ($0.name, $0.id, $0.host) = ("one", "one", "h1") }
    let two = Roost_V1_AdoptionVerdict.with {
      ($0.name, $0.id, $0.host) = ("two", "two", "h2")
      if !request.acceptConflicts { $0.failure = Self.copy.failureMessage }
    }
    return .with { $0.verdicts = [one, two].filter { request.vm.isEmpty || $0.name == request.vm } }
  }

  func adopt(request: Roost_V1_AdoptRequest, context: ServerContext) async throws -> Roost_V1_AdoptResponse {
    guard request.vm != "two" || request.acceptConflicts else { throw Self.copy.rpcError }
    coordinator.note("adopt \(request.vm) on \(request.host)")
    return .with {
      $0.operation = FakeCoordinator.operation(request.vm, kind: .adopt, state: .pending).message
      $0.notes = ["it is a guess"]
    }
  }

  func release(request: Roost_V1_ReleaseRequest, context: ServerContext) async throws -> Roost_V1_OperationResponse {
    coordinator.note("release \(request.vm)")
    return .with { $0.operation = FakeCoordinator.operation(request.vm, kind: .release, state: .pending).message }
  }
}

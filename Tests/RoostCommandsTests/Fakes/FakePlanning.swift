import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import SwiftProtobuf

@testable import RoostCommands

/// A fleet of two hosts; batches go to `h2`, but for a VM `big`.
struct FakePlanning: Roost_V1_Planning.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func getPolicy(
    request: Roost_V1_GetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    .with {
      $0.policy = PlacementPolicy(rules: [PlacementRule(.apart, "web")], survive: 1).message
      $0.broken = ["2 of group \"web\" are on h1"]
    }
  }

  func setPolicy(
    request: Roost_V1_SetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    coordinator.note(
      "policy \(request.hasSurvive ? "survive=\(request.survive) " : "")\(request.aim) \(request.weights)")
    return .with {
      $0.policy = PlacementPolicy(survive: Int(request.survive)).message
      $0.policy.rules = request.rules
      if request.survive > 0 { $0.broken = ["the loss of h1 would stop web-1"] }
    }
  }

  func getFleet(
    request: Roost_V1_GetPlanningFleetRequest, response: RPCWriter<Roost_V1_PlanningFleet>, context: ServerContext
  ) async throws {
    let fleet = Roost_V1_PlanningFleet.with { fleet in
      fleet.hosts = ["h1", "h2"].enumerated().map { number, name in
        .with {
          $0.id = HostID(UniqueID(high: 0, low: UInt64(number))).description
          $0.name = name
          $0.state = "ready"
          $0.current = true
          $0.capacity = HostCapacity(vcpus: 8, memory: .gibibytes(16), disk: .gibibytes(100)).message
          $0.emulators = [Emulator(architecture: "x86_64", path: "", machines: ["pc"], accelerators: ["kvm"]).message]
        }
      }
      fleet.policy = PlacementPolicy(survive: 1).message
    }
    try await response.write(fleet)
  }

  /// Knows no host like another, has no time for a second size, and is older than the call if it is to survive two.
  func countFit(
    request: Roost_V1_CountFitRequest, response: RPCWriter<Roost_V1_CountFitResponse>, context: ServerContext
  ) async throws {
    coordinator.note("fit \(request.sizes.map(\.spec.name).joined(separator: " "))")
    guard !request.hasSurvive || request.survive < 2 else { throw RPCError(code: .unimplemented, message: "") }
    guard request.like.isEmpty else { throw FleetError(.notFound, "no \(request.like)").rpcError }
    guard request.sizes.count == 1 else { throw FleetError(.exhausted, "no time").rpcError }
    try await response.write(
      .with {
        $0.totals = [.with { ($0.count, $0.atMost) = (7, 9) }]
        $0.survive = request.hasSurvive ? request.survive : 1
        $0.elapsedSeconds = 0.25
        $0.shares = [.with { ($0.host, $0.count) = ("h1", 4) }]
      })
    try await response.write(
      .with {
        $0.shares = [.with { ($0.host, $0.count) = ("h2", 3) }]
        $0.limits = [.with { $0.refusal = Refusal(host: "h1", rule: "memory", detail: "too little").message }]
      })
  }

  func setConstraints(
    request: Roost_V1_SetConstraintsRequest, context: ServerContext
  ) async throws -> Roost_V1_SetConstraintsResponse {
    coordinator.note("asks \(request.constraints.groups) \(request.constraints.pinned)")
    return .with {
      $0.vm = "one"
      $0.host = "h1"
      $0.constraints = request.constraints
      $0.refusal = "apart: 1 of group \"web\" is on h1"
    }
  }

  func planBatch(
    request: Roost_V1_PlanBatchRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanBatchResponse {
    coordinator.note("batch \(request.items.map(\.spec.name).joined(separator: " "))")
    return .with {
      $0.places = request.items.map { item in
        .with {
          $0.vm = item.spec.name
          let isLost = item.spec.name == "big"
          $0.decision =
            isLost
            ? PlacementDecision(ranking: [], refused: Samples.refused.refusals).message : Samples.decision.message
        }
      }
      $0.complete = !request.items.contains { $0.spec.name == "big" }
      $0.order = request.items.indices.reversed().map { UInt32($0) }
    }
  }
}

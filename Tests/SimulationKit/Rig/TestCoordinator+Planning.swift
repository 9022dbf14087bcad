package import Fleet
import GRPCCore
import RoostAPI
package import RoostProto
import SwiftProtobuf

extension TestCoordinator {
  /// Asks for a small VM that asks something of hosts.
  package nonisolated func create(
    _ spec: VMSpec, asking constraints: PlacementConstraints, host: String = "", dryRun: Bool = false
  ) async throws -> Roost_V1_CreateVMResponse {
    var request = Roost_V1_CreateVMRequest.creating(spec, id: RequestID(from: random), dryRun: dryRun)
    request.constraints = constraints.message
    request.host = host
    let wanted = request
    return try await local { try await Roost_V1_VMs.Client(wrapping: $0).create(wanted) }
  }

  /// Changes what the fleet asks of every placement.
  @discardableResult
  package nonisolated func setPolicy(
    _ change: (inout Roost_V1_SetPlacementPolicyRequest) -> Void
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    var request = Roost_V1_SetPlacementPolicyRequest()
    request.requestID = RequestID(from: random).description
    change(&request)
    let wanted = request
    return try await local { try await Roost_V1_Planning.Client(wrapping: $0).setPolicy(wanted) }
  }

  /// The fleet as decisions see it.
  package nonisolated func planningFleet() async throws -> Roost_V1_PlanningFleet {
    try await local { try await Roost_V1_Planning.Client(wrapping: $0).getFleet(.init()) }
  }

  /// Hosts that have joined, connected and are ready.
  package nonisolated func readyHosts(_ names: [String], capacity: HostCapacity) async throws -> [FakeAgent] {
    var agents: [FakeAgent] = []
    for name in names { agents.append(try await readyHost(name, capacity: capacity)) }
    return agents
  }
}

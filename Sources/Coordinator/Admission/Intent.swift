import Fleet
import Scheduling

/// A new VM that somebody asks for.
struct Intent: Sendable {
  var kind: OperationKind
  var spec: VMSpec
  /// The only host allowed, or nil. It is a choice of the moment: only ``PlacementConstraints/isPinned`` keeps the VM
  /// there.
  var host: String?
  var start: Bool
  /// What to aim for, or nil for what the fleet aims for.
  var policy: PlacementPolicy?
  /// What is asked of the host beyond the spec.
  var constraints = PlacementConstraints()
  /// The UUID it had where its document comes from; nil if it is new.
  var formerID: VMID?
  /// True if a person says that its addresses may be taken out of quarantine.
  var reclaims = false

  /// For whom its chosen addresses are.
  var claim: MACClaim { MACClaim(name: spec.name, vmID: formerID, reclaims: reclaims) }

  /// What placement is asked.
  func request(aim: PlacementPolicy) -> PlacementRequest {
    PlacementRequest(spec: spec, host: host, policy: policy ?? aim, constraints: constraints)
  }
}

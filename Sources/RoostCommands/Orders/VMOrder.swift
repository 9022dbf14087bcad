internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import Scheduling

/// A VM that somebody wants, and where and how.
struct VMOrder: Hashable, Sendable {
  /// What is wanted.
  var spec: VMSpec
  /// The only host allowed, or nil.
  var host: String?
  /// How to choose among hosts: `spread`, `pack`, `balanced` or `power`.
  var policy: Policy = .spread
  /// True to start it at once.
  var start = true
  /// What is asked of the host beyond the spec; a coordinator does not know of it yet.
  var constraints = PlacementConstraints()

  /// How to choose among hosts.
  enum Policy: String, CaseIterable, Sendable {
    /// Even load.
    case spread
    /// Few hosts.
    case pack
    /// Even load whose rest stays usable.
    case balanced
    /// Few hosts awake.
    case power
  }

  /// The request for a decision made here.
  var placementRequest: PlacementRequest {
    PlacementRequest(
      spec: spec, host: host, policy: PlacementPolicy(rawValue: policy.rawValue) ?? .spread, constraints: constraints)
  }

  /// Refuses what only a plan on a file's fleet knows.
  func checkForCoordinator() throws(FleetError) {
    guard constraints != PlacementConstraints() else { return }
    throw FleetError(
      .invalid, "VM \"\(spec.name)\" has groups, labels, devices, pools or a CPU model to ask for",
      hint: "only plans with --fleet FILE know them in this version")
  }

  /// The request for the coordinator.
  func request(id: String, dryRun: Bool) -> Roost_V1_CreateVMRequest {
    var request = Roost_V1_CreateVMRequest()
    request.requestID = id
    request.spec = spec.message
    request.host = host ?? ""
    request.policy = policy.rawValue
    request.start = start
    request.dryRun = dryRun
    return request
  }
}

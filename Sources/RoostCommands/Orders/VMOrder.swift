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
  /// How to choose among hosts: `spread`, `pack`, `balanced` or `power`; nil for what the fleet aims for.
  var policy: Policy?
  /// True to start it at once.
  var start = true
  /// What is asked of the host beyond the spec.
  var constraints = PlacementConstraints()
  /// True if chosen addresses may be taken out of quarantine.
  var reclaims = false

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
  func placementRequest(aim: PlacementPolicy) -> PlacementRequest {
    let policy = policy.flatMap { PlacementPolicy(rawValue: $0.rawValue) } ?? aim
    return PlacementRequest(spec: spec, host: host, policy: policy, constraints: constraints)
  }

  /// The request for the coordinator.
  func request(id: String, dryRun: Bool) -> Roost_V1_CreateVMRequest {
    var request = Roost_V1_CreateVMRequest()
    request.requestID = id
    request.spec = spec.message
    request.host = host ?? ""
    request.policy = policy?.rawValue ?? ""
    request.start = start
    request.dryRun = dryRun
    request.reclaim = reclaims
    if !constraints.isEmpty { request.constraints = constraints.message }
    return request
  }

  /// The VM as one of a batch.
  var wish: Roost_V1_BatchWish {
    var wish = Roost_V1_BatchWish()
    wish.spec = spec.message
    wish.host = host ?? ""
    wish.policy = policy?.rawValue ?? ""
    if !constraints.isEmpty { wish.constraints = constraints.message }
    wish.reclaim = reclaims
    return wish
  }
}

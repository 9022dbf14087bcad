internal import Fleet
internal import RoostAPI
internal import RoostProto

/// A VM that somebody wants, and where and how.
struct VMOrder: Hashable, Sendable {
  /// What is wanted.
  var spec: VMSpec
  /// The only host allowed, or nil.
  var host: String?
  /// How to choose among hosts: `spread` or `pack`.
  var policy: Policy = .spread
  /// True to start it at once.
  var start = true

  /// How to choose among hosts.
  enum Policy: String, CaseIterable, Sendable {
    /// Even load.
    case spread
    /// Few hosts.
    case pack
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

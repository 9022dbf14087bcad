import Fleet
import Scheduling

/// A new VM that somebody asks for.
struct Intent: Sendable {
  var kind: OperationKind
  var spec: VMSpec
  /// The only host allowed, or nil.
  var host: String?
  var start: Bool
  var policy: PlacementPolicy

  /// What placement is asked.
  var request: PlacementRequest { PlacementRequest(spec: spec, host: host, policy: policy) }
}

import Fleet
import Scheduling

/// One decision on its way into the store, with the snapshot it was made on.
struct Attempt: Sendable {
  let intent: Intent
  let write: WriteRequest
  let decision: Decision
  /// The chosen host.
  let entry: HostEntry
  let view: FleetView
  /// The hosts that were decided on.
  let index: PlacementIndex
}

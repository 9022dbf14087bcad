import Fleet

/// What came of a write: the decision that placed a VM, the VM, and the operation to wait for.
struct Admitted: Sendable {
  var decision: Decision
  var vm: ManagedVM?
  var operation: FleetOperation?
  /// What nobody could look for on the chosen host.
  var notes: [String] = []
}

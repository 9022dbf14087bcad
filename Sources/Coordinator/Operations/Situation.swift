import Fleet
import Scheduling

/// Everything that decides what an operation does next.
struct Situation: Sendable {
  var operation: FleetOperation
  /// The host that carries it out; nil if it has been removed.
  var entry: HostEntry?
  var vm: ManagedVM?
  var observed: ObservedDomain?
  var tombstone: Tombstone?
  var images: [Image]
  /// The fleet at that moment.
  var view = FleetView()

  /// What other hosts have of its VM.
  var elsewhere: Elsewhere {
    vm.map { view.elsewhere(of: $0, disks: operation.kind == .delete) } ?? Elsewhere()
  }
}

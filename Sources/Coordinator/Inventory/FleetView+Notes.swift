import Fleet
import Scheduling

extension FleetView {
  /// One sentence for each value of a managed VM that somebody else changed, as its host reports it now.
  func drift(of vm: ManagedVM, isBusy: Bool) -> [String] {
    guard let entry = hosts[vm.hostID], entry.isCurrent, vm.phase == nil else { return [] }
    guard let observed = entry.domains[vm.id] else {
      return [Reconciliation.missing(vm: vm, observed: nil)].compactMap { $0 }
    }
    // What was seen before it could not be read any more is nobody's doing now.
    guard observed.unread == nil else { return [] }
    return Reconciliation.drift(vm: vm, observed: observed, isChanging: isBusy)
  }

  /// What a listing says of a VM beside its state: why its last start failed, and what somebody else changed.
  func notes(of summary: VMSummary, isBusy: Bool) -> [String] {
    guard summary.managed, let vm = vms[summary.id] else { return [] }
    var notes: [String] = []
    switch summary.state {
    case .stopped, .failed: if let failure = vm.startFailure { notes.append("its last start failed: \(failure)") }
    case .pending, .provisioning, .starting, .running, .paused, .migrating, .deleting, .deleted: break
    }
    let drift = drift(of: vm, isBusy: isBusy)
    guard let entry = hosts[vm.hostID], entry.isCurrent, entry.domains[vm.id] == nil, !drift.isEmpty else {
      return notes + drift
    }
    let mend = "roost recover \(vm.spec.name.shellQuoted)"
    return drift.map { "\($0); while its disks are there, \(mend) defines it again" } + notes
  }

  /// Adds to VMs as they are listed what there is to say of them.
  /// - Parameter busy: the VMs whose power an operation changes now.
  func noted(_ summaries: [VMSummary], busy: Set<VMID>) -> [VMSummary] {
    summaries.map { summary in
      var noted = summary
      noted.notes = notes(of: summary, isBusy: busy.contains(summary.id))
      return noted
    }
  }
}

import Fleet
import Scheduling

extension FleetView {
  /// One sentence for each value of a managed VM that somebody else changed, by its host's present report.
  func drift(of vm: ManagedVM, isBusy: Bool) -> [String] {
    guard let entry = hosts[vm.hostID], entry.isCurrent, vm.phase == nil else { return [] }
    guard let observed = entry.domains[vm.id] else {
      return [Reconciliation.missing(vm: vm, observed: nil)].compactMap { $0 }
    }
    // An old observation of an unreadable domain shows no drift.
    guard observed.unread == nil else { return [] }
    return Reconciliation.drift(vm: vm, observed: observed, isChanging: isBusy)
  }

  /// The managed VMs without a phase that their hosts, which answer, do not have.
  func missing(among ids: some Sequence<VMID>) -> [VMID] {
    ids.filter { id in
      guard let vm = vms[id], vm.phase == nil, let entry = hosts[vm.hostID] else { return false }
      return entry.isCurrent && entry.domains[id] == nil
    }
  }

  /// A listing's notes about a VM: why its last start failed, and its drift.
  /// - Parameter last: its newest operation; matters only for a VM that is ``missing(among:)``.
  func notes(of summary: VMSummary, isBusy: Bool, last: FleetOperation?) -> [String] {
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
    let quoted = vm.spec.name.shellQuoted
    if let end = last?.abandonedDeletion {
      return drift.map {
        "\($0), since a deletion that \(end): roost forget \(quoted) removes its record, roost delete \(quoted) "
          + "what is left of its disks too"
      }
    }
    let remedy = "roost recover \(quoted)"
    let doubt = elsewhere(of: vm, disks: false).refusesStart("recover", of: vm.spec.name, observed: nil)
    guard doubt == nil else {
      return drift.map { "\($0); it may have been moved to a host that is silent now" } + notes
    }
    return drift.map { "\($0); while its disks are there, \(remedy) defines it again" } + notes
  }
}

extension FleetOperation {
  /// How it ended, as the end of a sentence, if it is a deletion that its host may have carried out all the same; or
  /// nil.
  var abandonedDeletion: String? {
    guard kind == .delete, state == .failed else { return nil }
    return switch failure?.code {
    case FleetError.Code.cancelled?: "was cancelled"
    case FleetError.Code.timedOut?: "timed out"
    default: nil
    }
  }
}

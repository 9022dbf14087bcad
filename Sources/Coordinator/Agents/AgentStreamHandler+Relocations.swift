import Fleet
import Logging
import Scheduling
import Store

extension AgentStreamHandler {
  /// Assigns VMs that were moved with other tools, such as `virsh migrate`, to their present host: their home, their
  /// reservation, and the rows of their addresses and port change in one transaction.
  /// - Returns: the hosts that received VMs.
  @discardableResult
  func applyRelocations(_ id: HostID) async throws -> Set<HostID> {
    let moves = await inventory.view.relocations(about: id, fleet: context.fleetID)
    var targets: Set<HostID> = []
    for move in moves {
      let word = "\(move.vm.id) to \(move.target.id)"
      do {
        guard let vm = try await relocate(move) else { continue }
        await conflicts.forget(word)
        targets.insert(move.target.id)
        logger.notice("VM \(vm.spec.name) was moved to \(vm.host)")
      } catch let error as FleetError where error.code == .noHostFits {
        guard await conflicts.isNew(word) else { continue }
        try await record(
          .vmMoveRefused, move.vm.spec.name,
          "VM \"\(move.vm.spec.name)\" was moved to \(move.target.name), which has too little room for it; it still "
            + "counts on \(move.vm.host)", at: clock.now())
      }
    }
    return targets
  }

  /// - Returns: nil if the VM has changed meanwhile, or has an unfinished operation.
  private func relocate(_ move: FleetView.Relocation) async throws -> ManagedVM? {
    let now = clock.now()
    return try await store.commit { transaction in
      guard var vm = try transaction.vm(move.vm.id), vm.hostID == move.vm.hostID,
        try transaction.host(move.target.id) != nil,
        try transaction.operations(vm: vm.id).allSatisfy({ $0.state.isEnded })
      else { return nil }
      let old = vm.host
      vm.hostID = move.target.id
      vm.host = move.target.name
      try vm.revise()
      try transaction.updateVM(vm)
      try transaction.appendEvent(
        at: now, kind: .vmMoved, subject: vm.spec.name,
        message: "VM \"\(vm.spec.name)\" was moved from \(old) to \(vm.host) with other tools; its addresses and its "
          + "port follow it")
      return vm
    }
  }

  /// Records that a host has removed VMs whose deletion had already failed here; their rows still exist.
  func tellLateDeletions(of gone: Set<VMID>, by id: HostID) async throws {
    let view = await inventory.view
    let missing = view.missing(among: gone).filter { view.vms[$0]?.hostID == id }
    guard !missing.isEmpty else { return }
    let last = try await store.read { try $0.newestOperations(of: missing) }
    for id in missing {
      guard let vm = view.vms[id], let end = last[id]?.abandonedDeletion else { continue }
      let name = vm.spec.name
      try await record(
        .vmDeletedLate, name,
        "host \(vm.host) has removed VM \"\(name)\", whose deletion \(end); its record still exists: "
          + "roost forget \(name.shellQuoted)", at: clock.now())
    }
  }
}

extension AgentStreamHandler {
  /// Removes the acceptance of shared addresses whose owners have changed.
  func forgetAcceptances(of macs: Set<MACAddress>, _ ledger: LedgerSlice) async throws {
    let view = await inventory.view
    let concerned = macs.filter { view.accepted[$0] != nil }
    guard !concerned.isEmpty else { return }
    let found = Dictionary(
      view.allConflicts(ledger, of: concerned).map { ($0.entry.mac, $0.entry.claimants) },
      uniquingKeysWith: { first, _ in first })
    let stale = concerned.filter { view.accepted[$0]?.holds(for: found[$0] ?? []) != true }.sorted()
    guard !stale.isEmpty else { return }
    let now = clock.now()
    try await store.commit { transaction in
      for mac in stale {
        try transaction.forgetAcceptance(of: mac)
        try transaction.appendEvent(
          at: now, kind: .macAcceptanceEnded, subject: mac.description,
          message: "MAC \(mac) has other owners than when it was accepted that they share it")
      }
    }
  }
}

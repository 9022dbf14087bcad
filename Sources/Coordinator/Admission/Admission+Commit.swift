import Fleet
import Scheduling
import Store

extension Admission {
  /// Verifies a decision against the store and writes all that belongs to it in one transaction: the VM with its
  /// placement, its MACs and its port, its operation and its request id.
  /// - Returns: nil if the world has overtaken the decision; nothing is written then.
  func commit(_ attempt: Attempt) async throws -> Admitted? {
    let now = clock.now()
    let vmID = VMID(from: random)
    let operationID = OperationID(from: random)
    let intent = attempt.intent
    let host = attempt.entry.host
    let observedMACs = attempt.view.observedMACs
    let observedPorts = attempt.view.observedPorts()
    return try await store.commit { transaction in
      try SettlingDesk.check(transaction, "create VM \"\(intent.spec.name)\"")
      guard try verify(attempt, in: transaction, now: now) else { return nil }
      let macs = try allocateMACs(attempt, vmID: vmID, observed: observedMACs, in: transaction, now: now)
      var port: Int?
      if intent.spec.vnc != nil {
        let free = PortAllocation.next(
          range: office.vncPorts, held: try transaction.heldPorts(), observed: observedPorts, refusedByHost: [])
        guard let free else { throw Self.portsExhausted }
        port = free
      }
      let vm = ManagedVM(
        id: vmID, spec: intent.spec, hostID: host.id, host: host.name, power: intent.start ? .running : .stopped,
        revision: 1, allocations: Allocations(macs: macs, vncPort: port), phase: .pending, placed: attempt.decision,
        createdAt: now)
      try transaction.insertVM(vm)
      for mac in macs {
        let source = intent.spec.nics.contains { $0.mac == mac } ? "chosen" : "pool"
        try transaction.allocateMAC(mac, to: vm, source: source, at: now)
      }
      if let port { try transaction.allocatePort(port, to: vm, at: now) }
      let operation = FleetOperation(
        id: operationID, kind: intent.kind, vmID: vmID, subject: intent.spec.name, hostID: host.id, host: host.name,
        steps: Reconciliation.steps(for: intent.kind, start: intent.start), createdAt: now)
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: attempt.write.id, bodyHash: attempt.write.bodyHash, operationID: operationID, at: now))
      try transaction.appendEvent(
        at: now, kind: "vm.placed", subject: intent.spec.name,
        message: "VM \"\(intent.spec.name)\" is placed on \(host.name)")
      return Admitted(decision: attempt.decision, vm: vm, operation: operation)
    }
  }

  static let portsExhausted = FleetError(
    .exhausted, "no VNC port of the fleet is free", hint: "see who has them: roost port list")

  /// True if the chosen host still takes the VM, by the store's own rows and what runs there unmanaged.
  private func verify(_ attempt: Attempt, in transaction: FleetTransaction, now: Timestamp) throws -> Bool {
    let name = attempt.intent.spec.name
    if let other = try transaction.vm(named: name) {
      throw FleetError(.conflict, "the name \"\(name)\" belongs to a VM on \(other.host) already")
    }
    guard let row = try transaction.host(attempt.entry.host.id) else { return false }
    var entry = attempt.entry
    entry.host = row
    let reserved = try transaction.reserved(on: row.id) + attempt.view.unmanagedReservation(on: row.id)
    var snapshot = attempt.view.snapshot(of: entry, reserved: reserved, now: now)
    snapshot.files = attempt.files[row.id]
    return Placement.verify(attempt.intent.request, on: snapshot) == nil
  }

  /// The address of each NIC in order: the chosen one if it is free, else the pool's next.
  private func allocateMACs(
    _ attempt: Attempt, vmID: VMID, observed: Set<MACAddress>, in transaction: FleetTransaction, now: Timestamp
  ) throws -> [MACAddress] {
    let nics = attempt.intent.spec.nics
    let chosen = Set(nics.compactMap(\.mac))
    for mac in chosen {
      let refusal = ChosenMAC.verdict(
        mac, holder: try transaction.macHolder(mac), observedOwners: attempt.view.observedOwners(of: mac), now: now)
      if let refusal { throw refusal }
    }
    let wanted = nics.count { $0.mac == nil }
    guard wanted > 0 else { return nics.compactMap(\.mac) }
    let allocation = try MACAllocation.next(
      count: wanted, pool: office.macPool, cursor: try transaction.macCursor()
    ) { mac in
      // An unreadable ledger counts as taken: better no address than one that somebody has.
      chosen.contains(mac) || observed.contains(mac) || ((try? transaction.macHolder(mac) != nil) ?? true)
    }.get()
    try transaction.advanceMACCursor(to: allocation.cursor)
    var fresh = allocation.macs[...]
    return nics.compactMap { $0.mac ?? fresh.popFirst() }
  }
}

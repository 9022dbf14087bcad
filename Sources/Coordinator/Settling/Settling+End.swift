import Fleet
import Logging
import Scheduling
import Store

extension Settling {
  /// The longest time between two looks at the fleet.
  static let patience: Duration = .seconds(5)

  /// Follows the fleet while it settles, until the task is cancelled: rebuilds VMs if necessary, and ends settling once
  /// every known host has reported.
  func run() async throws {
    while true {
      let changes = await inventory.changes()
      if context.epochState.isSettling {
        do { try await look() } catch { logger.error("settling: \(error)") }
      }
      try await changes.wait(atMost: Self.patience)
    }
  }

  private func look() async throws {
    guard let record = try await store.read({ try $0.settling() }) else { return context.epochState.settle(false) }
    let view = await inventory.view
    if record.isRebuild {
      // The number of hosts is unknown: an administrator says when all are back.
      for entry in view.hosts.values where entry.isCurrent { await vmRecovery.rebuild(from: entry) }
    } else if !view.hosts.isEmpty, view.awaited(by: record).isEmpty {
      try await finish(by: "every known host has reported")
    }
  }

  /// Ends settling: the cursors are raised past all that was seen, addresses of VMs that the database has lost are
  /// reserved for them, and other addresses that were handed out since enter quarantine, because the time of their
  /// release is unknown.
  /// - Throws: ``FleetError`` with code `precondition` if the fleet does not settle.
  func finish(by reason: String) async throws {
    let now = clock.now()
    let view = await inventory.view
    let lost = view.lostDomains(fleetID: context.fleetID)
    let macs = view.marks(fleetID: context.fleetID).flatMap(\.allocations.macs)
    let seen = view.seenMACs(fleetID: context.fleetID)
    let restsUntil = now.adding(seconds: context.quarantineSeconds)
    let differences = await differences()
    let marks = try await store.commit { transaction in
      guard let record = try transaction.settling() else {
        throw FleetError(.precondition, "the coordinator does not settle", hint: "roost status")
      }
      if record.isRebuild, let prefix = Self.prefix(of: macs) {
        var fleet = try transaction.fleet()
        fleet.macPrefix = prefix
        try transaction.updateFleet(fleet)
      }
      for (host, domain) in lost {
        let owner = AddressOwner(vm: domain.name, vmID: domain.id, host: host)
        let macs = domain.macs.union(domain.mark?.allocations.macs ?? [])
        for mac in macs.sorted() where mac.isUsable {
          // An address in a reserved range is reserved already.
          do { try transaction.keepMAC(mac, for: owner, at: now) } catch let error as FleetError
            where error.code == .conflict
          { continue }
        }
        let ports = domain.displayPorts.union([domain.mark?.allocations.vncPort].compactMap { $0 })
        for port in ports.sorted() { try transaction.keepPort(port, for: owner, at: now) }
      }
      try transaction.jumpCursors(told: record.macCursor, seen: seen, at: now, restsUntil: restsUntil)
      try transaction.endSettling(at: now)
      for difference in differences {
        try transaction.appendEvent(
          at: now, kind: .found(difference.kind), subject: difference.vm, message: difference.sentence)
      }
      try transaction.appendEvent(
        at: now, kind: .coordinatorSettled, subject: "coordinator",
        message: "addresses are handed out again: \(reason); the database and the hosts differ in "
          + "\(differences.count) VMs")
      return try transaction.highWater()
    }
    context.epochState.settled(at: marks)
    context.epochState.settle(false)
    logger.notice("settled: \(reason)")
  }

  /// The present differences between the database and the hosts.
  func differences() async -> [FleetDifference] {
    await inventory.view.differences(fleetID: context.fleetID)
  }

  /// The prefix that most addresses of a lost fleet have; nil without any.
  private static func prefix(of macs: [MACAddress]) -> String? {
    let prefixes = Dictionary(grouping: macs, by: { $0.number >> 24 }).mapValues(\.count)
    guard let most = prefixes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
      let mac = MACAddress(number: most.key << 24)
    else { return nil }
    return String(mac.description.prefix(8))
  }
}

extension FleetView {
  /// The hosts that settling waits for, by name; disregarded hosts are left out, since they have no veto on addresses.
  func awaited(by record: SettlingRecord) -> [Host] {
    sortedHosts.map(\.host).filter { !$0.isDisregarded && !record.reported.contains($0.id) }
  }

  /// The differences between the database and the hosts.
  func differences(fleetID: FleetID) -> [FleetDifference] {
    let displaced = index.displaced.compactMap { vms[$0] }
    let places = index.displaced.flatMap { index.ids[$0] } + index.unclaimed.flatMap { index.marks[$0] }
    let homes = Set(displaced.map(\.host))
    return FleetDifference.find(
      fleetID: fleetID, managed: displaced,
      current: homes.filter { name in index.hosts[name].flatMap { hosts[$0] }?.isCurrent == true },
      observed: definitions(places).map { (host: $0.entry.host.name, domain: $0.domain) },
      holders: FleetDifference.Holders(
        vm: { vms[$0] }, named: { index.managed.names[$0].flatMap { vms[$0] } },
        having: { index.managed.macs[$0].flatMap { vms[$0] } }))
  }

  /// The marks of this fleet's VMs anywhere.
  func marks(fleetID: FleetID) -> [VMMark] {
    observedDomains.compactMap(\.domain.mark).filter { $0.fleetID == fleetID.description }
  }

  /// Every address that a domain has, or had according to its mark.
  func seenMACs(fleetID: FleetID) -> Set<MACAddress> {
    Set(marks(fleetID: fleetID).flatMap(\.allocations.macs)).union(index.macs.keys)
  }

  /// The domains with this fleet's mark that the database does not know, with their hosts' names.
  func lostDomains(fleetID: FleetID) -> [(host: String, domain: ObservedDomain)] {
    observedDomains.filter { $0.domain.mark?.fleetID == fleetID.description && vms[$0.domain.id] == nil }
  }
}

import Fleet
import Store

extension LedgerHandler {
  /// The most addresses that one search may find.
  static let mostFound = 100

  /// Everything about the addresses that match a pattern, lowest first.
  /// - Throws: ``FleetError`` with code `notFound`, or `invalid` for a pattern that matches too many.
  func reports(_ pattern: MACPattern) async throws -> [MACDetails] {
    let view = await inventory.view
    let now = clock.now()
    return try await store.read { reader in
      let macs: [MACAddress]
      if let whole = pattern.address {
        macs = [whole]
      } else {
        macs = Set(try reader.everyMAC()).union(view.index.macs.keys).filter(pattern.matches).sorted()
      }
      guard macs.count <= Self.mostFound else {
        throw FleetError(
          .invalid, "\(macs.count) addresses match, \(Self.mostFound) at most are shown", hint: "give more of it")
      }
      return try macs.compactMap { try report(of: $0, view, in: reader, now: now) }
    }
  }

  private func report(
    of mac: MACAddress, _ view: FleetView, in reader: FleetSnapshotReader, now: Timestamp
  ) throws -> MACDetails? {
    var page = try LedgerSlice.of([mac], reader)
    let sightings = try reader.sightings(of: mac)
    page.sightings = sightings.filter { $0.endedAt == nil }
    let reservation = try reader.macReservation(mac)
    page.reservations = [reservation].compactMap { $0 }
    let history = try holds(of: mac, sightings, view, in: reader, now: now)
    let ledger = view.macEntry(page, about: mac, now: now)
    let range = reservation.map { found in
      MACLedgerEntry(
        mac: mac, state: .reserved, owner: AddressOwner(vm: found.purpose, vmID: nil, host: ""), since: found.madeAt,
        source: "reserved")
    }
    let last = history.last.map { hold in
      MACLedgerEntry(mac: mac, state: .retired, owner: hold.owner, since: hold.to ?? hold.from, source: hold.source)
    }
    let current = ledger.flatMap { $0.state == .retired ? nil : $0 } ?? range ?? last
    return current.map { MACDetails(entry: $0, places: places(of: mac, view), history: history) }
  }

  /// All owners of an address, oldest first; a row that went from a VM into quarantine is two periods.
  private func holds(
    of mac: MACAddress, _ sightings: [MACSighting], _ view: FleetView, in reader: FleetSnapshotReader, now: Timestamp
  ) throws -> [MACHolding] {
    var holds = try reader.macHolds(mac).map { hold -> MACHolding in
      guard hold.to == nil, let nic = hold.owner.vmID.flatMap({ view.observation(of: $0)?.domain.nic(with: mac) })
      else { return hold }
      var placed = hold
      (placed.network, placed.bridge) = (nic.network, nic.bridge)
      return placed
    }
    holds += sightings.map { sighting in
      MACHolding(
        owner: sighting.owner, state: sighting.source == .dhcp ? .reserved : .observed,
        source: sighting.source.rawValue, from: sighting.firstSeen, to: sighting.endedAt, network: sighting.network,
        bridge: sighting.bridge)
    }
    holds += try reader.macReservationHistory(mac).map { reservation in
      MACHolding(
        owner: AddressOwner(vm: reservation.purpose, vmID: nil, host: ""), state: .reserved, source: "reserved",
        from: reservation.madeAt, to: reservation.endedAt)
    }
    return holds.sorted { ($0.from, $0.to ?? now) < ($1.from, $1.to ?? now) }
  }

  private func places(of mac: MACAddress, _ view: FleetView) -> [MACAttachment] {
    view.definitions(view.index.macs[mac]).map { entry, domain in
      let nic = domain.nic(with: mac)
      return MACAttachment(
        owner: AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name), network: nic?.network ?? "",
        bridge: nic?.bridge ?? "", addresses: view.addresses(of: mac, in: domain),
        isRunning: domain.state.isActive, seenAt: entry.seenAt(of: domain))
    }
  }
}

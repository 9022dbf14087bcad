import Fleet
import Scheduling
import Store

/// Finds and writes the addresses of a new VM's interfaces in one transaction.
struct MACAllocator: Sendable {
  /// An address with its source.
  struct Grant: Hashable, Sendable {
    let mac: MACAddress
    /// `chosen` or `pool`.
    let source: String
  }

  /// The interfaces, in order.
  let nics: [NICSpec]
  /// Addresses of the VM besides those of its interfaces.
  var held: [MACAddress] = []
  /// The VM's labels, for the choice of the pool.
  let labels: [String: String]
  /// The VM that asks; a quarantined address may go back to the VM that had it.
  var claim: MACClaim?
  /// The owners of an address in any configuration of any domain.
  let owners: @Sendable (MACAddress) -> [AddressOwner]

  /// The address of each interface in order, then the held ones: the chosen one if it is free, else the next of its
  /// pool, whose cursor advances. Retires expired quarantines first.
  /// - Throws: ``FleetError`` with code `conflict` that names a chosen address's owner, or `exhausted`.
  func allocate(in transaction: FleetTransaction, now: Timestamp) throws -> [Grant] {
    try transaction.expireQuarantine(now: now)
    for nic in nics + heldNICs {
      guard let mac = nic.mac else { continue }
      if let refusal = try Self.refusal(
        of: mac, for: nic, owners: owners(mac), claim: claim, in: transaction, now: now)
      {
        throw refusal
      }
      // The quarantine of an address ends when its former VM takes it back.
      if try transaction.macHolder(mac)?.state == .quarantined { try transaction.retireMAC(mac, at: now) }
    }
    var found: [Int: MACAddress] = [:]
    for (name, order) in try wanted(in: transaction).sorted(by: { $0.key < $1.key }) {
      let next = try next(order, in: transaction, now: now).get()
      try transaction.advanceCursor(of: name, to: next.cursor)
      for (slot, mac) in zip(order.slots, next.macs) { found[slot] = mac }
    }
    return nics.enumerated().compactMap { slot, nic in
      nic.mac.map { Grant(mac: $0, source: "chosen") } ?? found[slot].map { Grant(mac: $0, source: "pool") }
    } + held.map { Grant(mac: $0, source: "chosen") }
  }

  /// The held addresses as interfaces without a known network.
  private var heldNICs: [NICSpec] { Self.nics(held) }

  /// An interface without a known network for each address.
  static func nics(_ held: [MACAddress]) -> [NICSpec] { held.map { NICSpec(source: .carried("qemu"), mac: $0) } }

  /// The interfaces without a chosen address, by the pool that serves them.
  private func wanted(in reader: FleetSnapshotReader) throws -> [String: (pool: MACPoolRecord, slots: [Int])] {
    let pools = try reader.macPools()
    var wanted: [String: (pool: MACPoolRecord, slots: [Int])] = [:]
    for (slot, nic) in nics.enumerated() where nic.mac == nil {
      guard let record = PoolChoice.pool(for: nic, labels: labels, among: pools) else { continue }
      wanted[record.pool.name, default: (record, [])].slots.append(slot)
    }
    return wanted
  }

  private func next(
    _ order: (pool: MACPoolRecord, slots: [Int]), in reader: FleetSnapshotReader, now: Timestamp
  ) throws -> Result<(macs: [MACAddress], cursor: UInt64), FleetError> {
    let chosen = Set(nics.compactMap(\.mac) + held)
    return try MACAllocation.next(
      count: order.slots.count, pool: order.pool.pool, cursor: order.pool.cursor
    ) { mac in
      chosen.contains(mac) ? mac : try takenThrough(mac, in: reader, now: now)
    }
  }

  /// Why a chosen address can't be had, or nil.
  static func refusal(
    of mac: MACAddress, for nic: NICSpec, owners: [AddressOwner], claim: MACClaim?, in reader: FleetSnapshotReader,
    now: Timestamp
  ) throws -> FleetError? {
    let seen = try reader.standingSightings(of: mac)
    let network =
      switch nic.source {
      case .network(let name), .bridge(let name): name
      case .carried: ""
      }
    return ChosenMAC.refusal(
      mac, holder: try reader.macHolder(mac),
      observedOwners: owners + seen.filter { $0.source == .domain }.map(\.owner),
      reservation: try reader.macReservation(mac), fixed: seen.filter { $0.source == .dhcp }, network: network,
      claim: claim, now: now)
  }

  /// The last address of the block of taken ones that begins with an address; nil if it is free.
  private func takenThrough(
    _ mac: MACAddress, in reader: FleetSnapshotReader, now: Timestamp
  ) throws -> MACAddress? {
    if let reservation = try reader.macReservation(mac) { return reservation.range.last }
    let holder = try reader.macHolder(mac)
    let isHeld = holder.map { $0.state != .quarantined || $0.until.map { $0 > now } ?? true } ?? false
    let isTaken = try isHeld || !owners(mac).isEmpty || reader.isSighted(mac)
    return isTaken ? mac : nil
  }
}

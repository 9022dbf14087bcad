package import Fleet

/// Finds MAC addresses that more than one VM has.
package enum Conflicts {
  /// Every address that two or more claimants have, lowest first; the order of the arguments does not matter.
  ///
  /// A ledger row in state `allocated`, `reserved` or `observed` is a claim of its owner; a row in state `conflict` is
  /// one if its owner is managed. A domain claims every address of its live, saved and kept configurations. A VM that a
  /// host reports claims on that host, not on the one in the ledger. One VM seen on two hosts is two claimants. The
  /// purpose of a reserved range claims every address in it.
  /// - Parameters:
  ///   - managed: the VMs that Roost keeps a spec for; as owners they come first.
  ///   - reservations: the live reserved ranges, which never overlap, in any order.
  ///   - shared: which paths are one disk on several hosts.
  package static func find(
    ledger: [MACLedgerEntry], observed: [(host: String, domain: ObservedDomain)], managed: Set<VMID>,
    reservations: [MACReservation] = [], shared: SharedStorage = SharedStorage()
  ) -> [AddressConflict] {
    var claims: [MACAddress: [Claim]] = [:]
    for (host, domain) in observed {
      let claim = Claim(
        owner: AddressOwner(vm: domain.name, vmID: domain.id, host: host), disks: domain.writableDisks,
        smbios: domain.smbiosUUIDs, isManaged: managed.contains(domain.id), isActive: domain.state.isActive,
        seenAt: domain.seenAt)
      for mac in domain.macs { claims[mac, default: []].append(claim) }
    }
    var entries: [MACAddress: MACLedgerEntry] = [:]
    for entry in ledger {
      entries[entry.mac] = entry
      guard counts(entry, managed) else { continue }
      let seen = claims[entry.mac, default: []].contains { $0.owner.vmID == entry.owner.vmID }
      guard !seen || entry.owner.vmID == nil else { continue }
      claims[entry.mac, default: []].append(
        Claim(
          owner: entry.owner, isManaged: entry.owner.vmID.map(managed.contains) ?? false, seenAt: entry.since))
    }
    let ranges = ReservedRanges(reservations)
    for mac in reservations.isEmpty ? [] : Array(claims.keys) {
      guard let reservation = ranges[mac] else { continue }
      let owner = AddressOwner(vm: reservation.purpose, vmID: nil, host: "")
      claims[mac]?.append(Claim(owner: owner, isManaged: false, seenAt: reservation.madeAt))
    }
    return claims.compactMap { mac, claims in conflict(mac, claims, entries[mac], shared) }
      .sorted { $0.entry.mac < $1.entry.mac }
  }

  /// One claimant of an address.
  private struct Claim {
    let owner: AddressOwner
    var disks: Set<String> = []
    var smbios: Set<String> = []
    let isManaged: Bool
    var isActive = false
    let seenAt: Timestamp

    /// Managed owners first, then by host and name.
    static func < (left: Claim, right: Claim) -> Bool {
      let (a, b) = (left.owner, right.owner)
      let (one, other) = ((left.isManaged ? 0 : 1, a.host, a.vm), (right.isManaged ? 0 : 1, b.host, b.vm))
      return one == other ? (a.vmID?.description ?? "") < (b.vmID?.description ?? "") : one < other
    }
  }

  private static func counts(_ entry: MACLedgerEntry, _ managed: Set<VMID>) -> Bool {
    switch entry.state {
    case .allocated, .reserved, .observed: true
    case .conflict: entry.owner.vmID.map(managed.contains) ?? false
    case .quarantined, .retired: false
    }
  }

  private static func conflict(
    _ mac: MACAddress, _ claims: [Claim], _ known: MACLedgerEntry?, _ shared: SharedStorage
  ) -> AddressConflict? {
    guard claims.count > 1 else { return nil }
    let claims = claims.sorted { $0 < $1 }
    let owners = claims.map(\.owner)
    guard let first = claims.first, let latest = claims.map(\.seenAt).max() else { return nil }
    let entry = MACLedgerEntry(
      mac: mac, state: .conflict, owner: first.owner,
      since: known?.state == .conflict ? known?.since ?? latest : latest,
      source: known?.source ?? "observed", claimants: owners)
    let names = AddressOwner.list(owners, joinedBy: " and by ")
    let verdict = verdict(claims, shared)
    let risk = verdict.isDoubleRun ? "; both run, and their data may be destroyed" : ""
    return AddressConflict(
      entry: entry,
      note: ConflictDetail(
        kind: verdict.kind, sentence: "MAC \(mac) is used by \(names): \(verdict.why)\(risk)",
        isDoubleRun: verdict.isDoubleRun))
  }

  /// Tells a copy from a collision: any two that share more than the address were made from one another. The
  /// strongest bond of any two counts, and of equally strong ones that of the first two.
  /// - Complexity: linear in the claims, their disks and firmware UUIDs; no two claims are compared but the first two
  ///   that share something.
  private static func verdict(
    _ claims: [Claim], _ shared: SharedStorage
  ) -> (kind: ConflictKind, why: String, isDoubleRun: Bool) {
    let isDoubleRun = isDoubleRun(claims, shared)
    let pair =
      firstPair(claims) { $0.owner.vmID.map { [$0] } ?? [] } ?? firstPair(claims) { $0.disks }
      ?? firstPair(claims) { claim in claim.smbios.union([claim.owner.vmID?.description].compactMap { $0 }) }
      ?? firstPair(claims) { $0.owner.vmID == nil ? [] : [$0.owner.vm] }
    guard let (one, other) = pair else {
      return (.sameMAC, "a collision, they share neither UUID nor disk", isDoubleRun)
    }
    let found = bond(one, other, shared)
    return (found.kind, found.why, isDoubleRun)
  }

  /// The first two claims, in their order, that have a key in common.
  private static func firstPair<Keys: Collection>(
    _ claims: [Claim], by keys: (Claim) -> Keys
  ) -> (Claim, Claim)? where Keys.Element: Hashable {
    var firsts: [Keys.Element: Int] = [:]
    var found: (Int, Int)?
    for (index, claim) in claims.enumerated() {
      for key in keys(claim) {
        guard let first = firsts[key] else {
          firsts[key] = index
          continue
        }
        if found.map({ (first, index) < $0 }) ?? true { found = (first, index) }
      }
    }
    return found.map { (claims[$0.0], claims[$0.1]) }
  }

  /// True if any two that must not run beside each other both run: the same UUID, or one disk.
  private static func isDoubleRun(_ claims: [Claim], _ shared: SharedStorage) -> Bool {
    let active = claims.filter(\.isActive)
    guard active.count > 1 else { return false }
    return firstPair(active) { $0.owner.vmID.map { [$0] } ?? [] } != nil
      || firstPair(active) { claim in claim.disks.flatMap { shared.identities(of: $0, on: claim.owner.host) } } != nil
  }

  /// What two have in common beside the address.
  private static func bond(
    _ one: Claim, _ other: Claim, _ shared: SharedStorage
  ) -> (kind: ConflictKind, why: String) {
    if let id = one.owner.vmID, id == other.owner.vmID {
      return (.sameUUID, "a copy, both have the UUID \(id)")
    }
    let disks = one.disks.intersection(other.disks).sorted()
    if let disk = disks.first(where: { shared.isOne($0, on: one.owner.host, and: other.owner.host) }) {
      return (.sameDisk, "a copy, both have the disk \(disk.printable)")
    }
    if let disk = disks.first {
      return (.sameDisk, "a copy, both have a disk \(disk.printable), each on its own host")
    }
    let ids = (one.owner.vmID?.description, other.owner.vmID?.description)
    let firmware = one.smbios.union([ids.0].compactMap { $0 }).intersection(
      other.smbios.union([ids.1].compactMap { $0 }))
    if let uuid = firmware.min() {
      return (.sameSMBIOS, "a copy, both guests are told the SMBIOS UUID \(uuid.printable)")
    }
    if ids.0 != nil, ids.1 != nil, one.owner.vm == other.owner.vm {
      let name = one.owner.vm.printable
      return (.sameName, "a copy by its name, both are called \"\(name)\" under different UUIDs")
    }
    return (.sameMAC, "")
  }
}

/// Reserved ranges, which never overlap, by the addresses in them.
package struct ReservedRanges: Sendable {
  private let ranges: [MACReservation]

  /// Takes the live reserved ranges in any order.
  package init(_ reservations: [MACReservation]) {
    ranges = reservations.sorted { $0.range.first < $1.range.first }
  }

  /// The range that contains an address, by bisection.
  package subscript(mac: MACAddress) -> MACReservation? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].range.first <= mac { low = middle + 1 } else { high = middle }
    }
    return low > 0 && ranges[low - 1].range.contains(mac) ? ranges[low - 1] : nil
  }
}

/// One MAC address that two or more claimants have.
package struct AddressConflict: Hashable, Sendable {
  /// The ledger's entry in state `conflict`, every owner among its claimants.
  package var entry: MACLedgerEntry
  /// How it came to be.
  package var note: ConflictDetail

  /// Makes a conflict; the entry carries the note too.
  package init(entry: MACLedgerEntry, note: ConflictDetail) {
    self.entry = entry
    self.entry.conflict = note
    self.note = note
  }

  /// What the owners share.
  package var kind: ConflictKind { note.kind }
  /// One sentence that names the owners and tells a copy from a collision.
  package var sentence: String { note.sentence }
}

/// A claim to an address that holds whether or not its owner runs.
package enum LedgerClaim: Hashable, Sendable {
  /// Reserved by an administrator for a device outside the fleet, which is assumed to be always on.
  case reserved(AddressOwner)
  /// Given to a VM.
  case given(AddressOwner)

  /// The owner; it has no UUID if it is not a VM.
  package var owner: AddressOwner {
    switch self {
    case .reserved(let owner), .given(let owner): owner
    }
  }
}

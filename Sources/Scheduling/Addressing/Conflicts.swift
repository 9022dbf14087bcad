public import Fleet

/// Finds addresses that more than one VM has.
public enum Conflicts {
  /// Every address that two or more have, lowest first; the order of the arguments never matters.
  ///
  /// A ledger row in state `allocated`, `reserved` or `observed` is a claim of its owner, and one in state
  /// `conflict` if its owner is managed; a domain claims every address of its live, saved and kept
  /// configurations. A VM that is seen claims where it is seen, not where the ledger has it. One VM seen on two
  /// hosts is two claimants.
  /// - Parameter managed: the VMs Roost keeps a spec for; such an owner goes first.
  public static func find(
    ledger: [MACEntry], observed: [(host: String, domain: ObservedDomain)], managed: Set<VMID>
  ) -> [AddressConflict] {
    var claims: [MACAddress: [Claim]] = [:]
    for (host, domain) in observed {
      let disks = writableDisks(of: domain)
      for mac in domain.macs {
        let owner = AddressOwner(vm: domain.name, vmID: domain.id, host: host)
        claims[mac, default: []].append(
          Claim(owner: owner, disks: disks, isManaged: managed.contains(domain.id), seenAt: domain.seenAt))
      }
    }
    var entries: [MACAddress: MACEntry] = [:]
    for entry in ledger {
      entries[entry.mac] = entry
      guard counts(entry, managed) else { continue }
      let seen = claims[entry.mac, default: []].contains { $0.owner.vmID == entry.owner.vmID }
      guard !seen || entry.owner.vmID == nil else { continue }
      let isManaged = entry.owner.vmID.map(managed.contains) ?? false
      claims[entry.mac, default: []].append(
        Claim(owner: entry.owner, disks: [], isManaged: isManaged, seenAt: entry.since))
    }
    return claims.compactMap { mac, claims in conflict(mac, claims, entries[mac]) }
      .sorted { $0.entry.mac < $1.entry.mac }
  }

  /// Somebody who has an address.
  private struct Claim {
    let owner: AddressOwner
    let disks: Set<String>
    let isManaged: Bool
    let seenAt: Timestamp

    /// Managed owners first, then by host and name.
    static func < (left: Claim, right: Claim) -> Bool {
      let (a, b) = (left.owner, right.owner)
      return (left.isManaged ? 0 : 1, a.host, a.vm, a.vmID?.description ?? "")
        < (right.isManaged ? 0 : 1, b.host, b.vm, b.vmID?.description ?? "")
    }
  }

  private static func counts(_ entry: MACEntry, _ managed: Set<VMID>) -> Bool {
    switch entry.state {
    case .allocated, .reserved, .observed: true
    case .conflict: entry.owner.vmID.map(managed.contains) ?? false
    case .quarantined, .retired: false
    }
  }

  private static func conflict(_ mac: MACAddress, _ claims: [Claim], _ known: MACEntry?) -> AddressConflict? {
    guard claims.count > 1 else { return nil }
    let claims = claims.sorted { $0 < $1 }
    let owners = claims.map(\.owner)
    guard let first = claims.first, let latest = claims.map(\.seenAt).max() else { return nil }
    let entry = MACEntry(
      mac: mac, state: .conflict, owner: first.owner,
      since: known?.state == .conflict ? known?.since ?? latest : latest,
      source: known?.source ?? "observed", claimants: owners)
    let names = owners.map(\.description).joined(separator: " and by ")
    let (kind, why) = verdict(claims)
    return AddressConflict(entry: entry, kind: kind, sentence: "MAC \(mac) is used by \(names): \(why)")
  }

  /// Tells a copy from a collision: any two that share a UUID or a disk were made from one another.
  private static func verdict(_ claims: [Claim]) -> (AddressConflict.Kind, String) {
    for (index, one) in claims.enumerated() {
      for other in claims.dropFirst(index + 1) {
        if let id = one.owner.vmID, id == other.owner.vmID { return (.copy, "a copy, both have the UUID \(id)") }
        if let disk = one.disks.intersection(other.disks).min() {
          return (.copy, "a copy, both have the disk \(disk.printable)")
        }
      }
    }
    return (.collision, "a collision, they share neither UUID nor disk")
  }

  private static func writableDisks(of domain: ObservedDomain) -> Set<String> {
    let disks = domain.configurations.flatMap(\.disks)
    return Set(
      disks.filter { !$0.readOnly && !$0.path.isEmpty && $0.device != "cdrom" && $0.device != "floppy" }.map(\.path))
  }
}

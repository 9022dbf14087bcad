package import Fleet

/// Finds definitions that must not run beside each other: the same UUID, or the same writable disk.
package enum DuplicateDefinitions {
  /// One definition on one host.
  package struct Member: Hashable, Sendable {
    /// The VM and its host.
    package var owner: AddressOwner
    /// The disks that it writes to without sharing them, by ``ObservedDisk/keys``.
    package var disks: Set<String>
    /// The disks that it writes to and marks as shareable. Two definitions may share such a disk only if both mark it.
    package var sharedDisks: Set<String>
    /// True if it runs, by its host's last report.
    package var isActive: Bool

    /// Makes a member.
    package init(owner: AddressOwner, disks: Set<String>, sharedDisks: Set<String> = [], isActive: Bool) {
      self.owner = owner
      self.disks = disks
      self.sharedDisks = sharedDisks
      self.isActive = isActive
    }

    /// Makes a member of a domain as it was seen.
    package init(_ domain: ObservedDomain, host: String) {
      self.init(
        owner: AddressOwner(vm: domain.name, vmID: domain.id, host: host), disks: domain.writableDisks,
        sharedDisks: domain.sharedDisks, isActive: domain.state.isActive)
    }
  }

  /// The duplicates of one definition among others, which may include it. Sorted by host and name; the same UUID comes
  /// before the same disk.
  package static func of(_ member: Member, among others: [Member], shared: SharedStorage) -> [DuplicateVM] {
    others.filter { $0.owner != member.owner }.sorted { ($0.owner.host, $0.owner.vm) < ($1.owner.host, $1.owner.vm) }
      .compactMap { other in duplicate(member, other, shared) }
      .sorted { $0.kind == .sameUUID && $1.kind != .sameUUID }
  }

  /// Every definition's duplicates, by its owner; those without are left out.
  /// - Complexity: linear in the definitions and their disks, and in the duplicates that are found.
  package static func all(_ members: [Member], shared: SharedStorage) -> [AddressOwner: [DuplicateVM]] {
    var byID: [VMID: [Int]] = [:]
    var byDisk: [String: [Int]] = [:]
    for (index, member) in members.enumerated() {
      if let id = member.owner.vmID { byID[id, default: []].append(index) }
      for disk in member.disks.union(member.sharedDisks) { byDisk[disk, default: []].append(index) }
    }
    var candidates: [Int: Set<Int>] = [:]
    for group in Array(byID.values) + Array(byDisk.values) where group.count > 1 {
      for index in group { candidates[index, default: []].formUnion(group) }
    }
    var result: [AddressOwner: [DuplicateVM]] = [:]
    for (index, others) in candidates {
      let found = of(members[index], among: others.map { members[$0] }, shared: shared)
      if !found.isEmpty { result[members[index].owner] = found }
    }
    return result
  }

  /// The disks that both write to and at least one does not share.
  private static func common(_ one: Member, _ other: Member) -> Set<String> {
    one.disks.intersection(other.disks.union(other.sharedDisks)).union(one.sharedDisks.intersection(other.disks))
  }

  /// Describes a shared disk. A disk with a path is described by it, since paths sort before other keys.
  private static func words(for disk: String) -> String {
    if disk.hasPrefix("id:volume:") { return "write to the volume \(disk.dropFirst("id:volume:".count))".printable }
    if disk.hasPrefix("id:") { return "write to one disk, which goes by different paths in their definitions" }
    return "write to the disk \(disk.printable)"
  }

  private static func duplicate(_ one: Member, _ other: Member, _ shared: SharedStorage) -> DuplicateVM? {
    let kind: ConflictKind
    let why: String
    if let id = one.owner.vmID, id == other.owner.vmID {
      kind = .sameUUID
      why = "have the UUID \(id)"
    } else if let disk = common(one, other).sorted().first(where: {
      shared.isOne($0, on: one.owner.host, and: other.owner.host)
    }) {
      kind = .sameDisk
      why = words(for: disk)
    } else {
      return nil
    }
    let isDoubleRun = one.isActive && other.isActive
    let pair = [one, other].sorted { ($0.owner.host, $0.owner.vm) < ($1.owner.host, $1.owner.vm) }
    let names = pair.map(\.owner.description).joined(separator: " and ")
    let end = isDoubleRun ? " and run both: their data may be destroyed" : ""
    return DuplicateVM(kind: kind, other: other.owner, sentence: "\(names) \(why)\(end)", isDoubleRun: isDoubleRun)
  }
}

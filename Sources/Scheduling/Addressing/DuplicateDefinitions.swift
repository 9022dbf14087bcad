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

    /// What its disks are known by.
    package func identities(_ shared: SharedStorage) -> [DiskIdentity] {
      disks.union(sharedDisks).flatMap { shared.identities(of: $0, on: owner.host) }
    }
  }

  /// How many duplicates one definition is told at most.
  package static let mostListed = 4

  /// The duplicates of one definition among others, which may hold itself; by host and name, the same UUID before
  /// the same disk. Of more than ``mostListed`` the first, one that runs beside it among them if any does.
  package static func of(_ member: Member, among others: [Member], shared: SharedStorage) -> [DuplicateVM] {
    let found = others.filter { $0.owner != member.owner }
      .sorted { ($0.owner.host, $0.owner.vm) < ($1.owner.host, $1.owner.vm) }
      .compactMap { other in duplicate(member, other, shared) }
    let ordered = found.filter { $0.kind == .sameUUID } + found.filter { $0.kind != .sameUUID }
    var listed = Array(ordered.prefix(mostListed))
    if !listed.contains(where: \.isDoubleRun), let running = ordered.first(where: \.isDoubleRun) {
      listed[listed.count - 1] = running
    }
    return listed
  }

  /// Every definition's duplicates, by its owner; those without are left out.
  /// - Complexity: linear in the definitions and what their disks are known by, but for sorting them once: of all that
  ///   share one thing, a definition is compared with some dozens.
  package static func all(_ members: [Member], shared: SharedStorage) -> [AddressOwner: [DuplicateVM]] {
    let members = members.sorted { ($0.owner.host, $0.owner.vm) < ($1.owner.host, $1.owner.vm) }
    var byID: [VMID: Group] = [:]
    var byDisk: [DiskIdentity: Group] = [:]
    for (index, member) in members.enumerated() {
      if let id = member.owner.vmID { byID[id, default: Group()].add(index, isActive: member.isActive) }
      for disk in member.identities(shared) {
        byDisk[disk, default: Group()].add(index, isActive: member.isActive)
      }
    }
    // A VM that marks a disk as shareable duplicates only those that do not mark it.
    var alone: [DiskIdentity: Group] = [:]
    for (index, member) in members.enumerated() where !member.disks.isEmpty {
      for disk in identities(member.disks, of: member, shared) {
        alone[disk, default: Group()].add(index, isActive: member.isActive)
      }
    }
    var result: [AddressOwner: [DuplicateVM]] = [:]
    for member in members {
      var candidates: Set<Int> = []
      if let id = member.owner.vmID { candidates.formUnion(byID[id]?.first ?? []) }
      for disk in identities(member.disks, of: member, shared) { candidates.formUnion(byDisk[disk]?.first ?? []) }
      for disk in identities(member.sharedDisks, of: member, shared) { candidates.formUnion(alone[disk]?.first ?? []) }
      guard candidates.count > 1 || candidates.contains(where: { members[$0].owner != member.owner }) else { continue }
      let found = of(member, among: candidates.sorted().map { members[$0] }, shared: shared)
      if !found.isEmpty { result[member.owner] = found }
    }
    return result
  }

  /// Candidates for the duplicates of one definition, which share one thing with it.
  private struct Group {
    private(set) var first: [Int] = []
    private var active = 0

    /// Adds a candidate while there are too few: enough to fill the list even if the first are listed by UUID, plus as
    /// many running ones, the first of which is always reported.
    mutating func add(_ index: Int, isActive: Bool) {
      guard first.count < 2 * mostListed + 2 || isActive && active < 2 * mostListed + 2 else { return }
      first.append(index)
      if isActive { active += 1 }
    }
  }

  private static func identities(
    _ disks: Set<String>, of member: Member, _ shared: SharedStorage
  ) -> [DiskIdentity] {
    disks.flatMap { shared.identities(of: $0, on: member.owner.host) }
  }

  /// The disks that both write to and at least one alone.
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

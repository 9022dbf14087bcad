package import Fleet

/// Decides which of several VMs with one address, or one UUID, is the original; the others are copies or collisions.
package enum Originals {
  /// One of the VMs that share the address or UUID.
  package struct Claimant: Hashable, Sendable {
    /// The VM and its host.
    package var owner: AddressOwner
    /// True if the ledger names it as the owner.
    package var isHeld: Bool
    /// True if it runs, by its host's last report.
    package var isActive: Bool
    /// When it was first seen with the shared address; nil (unknown) sorts last.
    package var firstSeen: Timestamp?

    /// Makes a claimant.
    package init(owner: AddressOwner, isHeld: Bool = false, isActive: Bool = false, firstSeen: Timestamp? = nil) {
      self.owner = owner
      self.isHeld = isHeld
      self.isActive = isActive
      self.firstSeen = firstSeen
    }
  }

  /// Why a claimant is the original.
  package enum Reason: Hashable, Sendable {
    /// The ledger names it as the owner.
    case isHeld
    /// It runs, and no other does.
    case runsAlone
    /// None runs or several do, and it was seen first.
    case wasSeenFirst
    /// Nothing else distinguishes them; it comes first by host and name.
    case comesFirst
  }

  /// The decision: exactly one claimant is the original.
  package struct Ruling: Hashable, Sendable {
    /// The original.
    package var original: AddressOwner
    /// Why it is the original.
    package var reason: Reason
    /// The others that run beside it; if there are any, the original is a guess unless the ledger names it.
    package var rivals: [AddressOwner]

    /// True if the ledger names the original or no other runs.
    package var isSure: Bool { rivals.isEmpty || reason == .isHeld }
  }

  /// Chooses the original: the owner in the ledger; else the only one that runs; else, among those that run (or among
  /// all, if none does), the one seen first; else the first by host and name.
  ///
  /// The order of the claimants does not matter.
  /// - Returns: nil only without claimants.
  package static func ruling(among claimants: [Claimant]) -> Ruling? {
    let held = claimants.filter(\.isHeld)
    let active = claimants.filter(\.isActive)
    let candidates = !held.isEmpty ? held : active.isEmpty ? claimants : active
    guard let first = candidates.min(by: comesBefore) else { return nil }
    let rivals = active.filter { $0.owner != first.owner }.sorted(by: comesBefore).map(\.owner)
    let reason: Reason =
      if !held.isEmpty {
        .isHeld
      } else if active.count == 1 {
        .runsAlone
      } else if candidates.contains(where: { $0.owner != first.owner && $0.firstSeen == first.firstSeen }) {
        .comesFirst
      } else {
        .wasSeenFirst
      }
    return Ruling(original: first.owner, reason: reason, rivals: rivals)
  }

  private static func comesBefore(_ one: Claimant, _ other: Claimant) -> Bool {
    if one.firstSeen != other.firstSeen {
      guard let own = one.firstSeen else { return false }
      return other.firstSeen.map { own < $0 } ?? true
    }
    let (a, b) = (one.owner, other.owner)
    return (a.host, a.vm, a.vmID?.description ?? "") < (b.host, b.vm, b.vmID?.description ?? "")
  }
}

extension Originals.Reason: CustomStringConvertible {
  /// Such as `it alone runs`.
  package var description: String {
    switch self {
    case .isHeld: "the ledger knows it as the owner"
    case .runsAlone: "it alone runs"
    case .wasSeenFirst: "it was seen first"
    case .comesFirst: "it comes first by host and name"
    }
  }
}

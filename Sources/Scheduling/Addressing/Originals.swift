package import Fleet

/// Which of several that have one address, or one UUID, is the original, and which are made from it or collide with it.
package enum Originals {
  /// One of several that have the same.
  package struct Claimant: Hashable, Sendable {
    /// Who it is and where.
    package var owner: AddressOwner
    /// True if the ledger says that it is the owner.
    package var isHeld: Bool
    /// True while it runs, as far as is known.
    package var isActive: Bool
    /// When it was first seen with what they share; nil if that is not known, which is later than all that is.
    package var firstSeen: Timestamp?

    /// Makes a claimant.
    package init(owner: AddressOwner, isHeld: Bool = false, isActive: Bool = false, firstSeen: Timestamp? = nil) {
      self.owner = owner
      self.isHeld = isHeld
      self.isActive = isActive
      self.firstSeen = firstSeen
    }
  }

  /// What makes one the original.
  package enum Reason: Hashable, Sendable {
    /// The ledger knows it as the owner.
    case isHeld
    /// The others are off.
    case runsAlone
    /// None runs or several do, and this one was there before the others.
    case wasSeenFirst
    /// Nothing else tells them apart: its host and its name come first.
    case comesFirst
  }

  /// Exactly one is the original.
  package struct Ruling: Hashable, Sendable {
    /// The original.
    package var original: AddressOwner
    /// What makes it that.
    package var reason: Reason
    /// The others that run beside it: while there are any, it is a guess which one is the owner.
    package var rivals: [AddressOwner]

    /// True if nothing speaks for another.
    package var isSure: Bool { rivals.isEmpty || reason == .isHeld }
  }

  /// The original among those who have the same: the owner by the ledger; else the one that runs if only one runs;
  /// else, of those that run or of all if none does, the one that was seen first; else the first by host and name.
  ///
  /// The order of the claimants never matters.
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

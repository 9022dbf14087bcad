/// A rule about where the VMs of one group stand to each other.
public struct PlacementRule: Hashable, Sendable {
  /// What the rule asks for.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// No two of the group in one place.
    case apart
    /// All of the group in one place.
    case together
    /// As even over the places as can be. It only weighs: a hard limit on how far places may differ would let an
    /// added place without room refuse what fitted before.
    case spread
  }

  /// What the rule asks for.
  public var kind: Kind
  /// The group it speaks of.
  public var group: String
  /// The label whose values are the places; nil if each host is a place.
  public var label: String?
  /// True if it only weighs; false if a host that breaks it is refused.
  public var isSoft: Bool

  /// Makes a rule; one of the kind `spread` is always soft.
  public init(_ kind: Kind, _ group: String, by label: String? = nil, isSoft: Bool = false) {
    self.kind = kind
    self.group = group
    self.label = label
    self.isSoft = isSoft || kind == .spread
  }
}

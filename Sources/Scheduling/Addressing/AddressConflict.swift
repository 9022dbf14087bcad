public import Fleet

/// One MAC address that two or more have.
public struct AddressConflict: Hashable, Sendable {
  /// How it came to be.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// One was made from the other: they share a UUID or a disk.
    case copy
    /// They have nothing else in common.
    case collision
  }

  /// The ledger's entry in state `conflict`, every owner among its claimants.
  public var entry: MACEntry
  /// How it came to be.
  public var kind: Kind
  /// One sentence that names the owners and tells a copy from a collision.
  public var sentence: String

  /// Makes a conflict.
  public init(entry: MACEntry, kind: Kind, sentence: String) {
    self.entry = entry
    self.kind = kind
    self.sentence = sentence
  }
}

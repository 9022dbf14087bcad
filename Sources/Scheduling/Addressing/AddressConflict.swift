public import Fleet

/// One MAC address that two or more have.
public struct AddressConflict: Hashable, Sendable {
  /// The ledger's entry in state `conflict`, every owner among its claimants.
  public var entry: MACEntry
  /// How it came to be.
  public var note: ConflictNote

  /// Makes a conflict; the entry carries the note too.
  public init(entry: MACEntry, note: ConflictNote) {
    self.entry = entry
    self.entry.conflict = note
    self.note = note
  }

  /// What the owners have in common.
  public var kind: ConflictKind { note.kind }
  /// One sentence that names the owners and tells a copy from a collision.
  public var sentence: String { note.sentence }
}

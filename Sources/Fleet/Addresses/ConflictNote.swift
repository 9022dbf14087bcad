/// How an address came to have several owners.
public struct ConflictNote: Hashable, Sendable {
  /// What the owners have in common.
  public var kind: ConflictKind
  /// One sentence that names the owners and tells a copy from a collision.
  public var sentence: String
  /// True while two of the owners run that must not run beside each other.
  public var isDoubleRun: Bool

  /// Makes a note.
  public init(kind: ConflictKind, sentence: String, isDoubleRun: Bool = false) {
    self.kind = kind
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}

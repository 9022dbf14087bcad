/// Another definition of a VM, which must not run beside it: the same UUID, or the same writable disk.
public struct VMTwin: Hashable, Sendable {
  /// What they have in common: ``ConflictKind/sameUUID`` or ``ConflictKind/sameDisk``.
  public var kind: ConflictKind
  /// The other one.
  public var other: AddressOwner
  /// One sentence that names both.
  public var sentence: String
  /// True while both run.
  public var isDoubleRun: Bool

  /// Makes a twin.
  public init(kind: ConflictKind, other: AddressOwner, sentence: String, isDoubleRun: Bool) {
    self.kind = kind
    self.other = other
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}

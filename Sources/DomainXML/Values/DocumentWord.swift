/// A word of libvirt's vocabulary, such as a disk's bus.
///
/// The known ones are named constants; a word from a newer libvirt survives as it is.
public protocol DocumentWord: RawRepresentable, Hashable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
where RawValue == String {
  /// The word as libvirt writes it.
  init(rawValue: String)
}

extension DocumentWord {
  /// The word as libvirt writes it.
  public var description: String { rawValue }

  /// A word written in source code.
  public init(stringLiteral value: String) { self.init(rawValue: value) }
}

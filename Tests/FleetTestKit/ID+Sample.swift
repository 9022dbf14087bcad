package import Fleet

extension ID {
  /// An identifier that a test can tell by its number: `00000000-0000-4000-8000-0000000000NN`.
  package static func sample(_ number: UInt64) -> Self {
    ID(UniqueID(high: 0x4000, low: 1 << 63 | number))
  }
}

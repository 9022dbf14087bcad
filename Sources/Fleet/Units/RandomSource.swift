/// A source of random bits; mains pass in the system's, tests a seeded one.
package protocol RandomSource: Sendable {
  /// 64 uniformly distributed bits.
  func next() -> UInt64
}

/// The operating system's random source.
package struct SystemRandomSource: RandomSource {
  /// Makes the source; only mains do.
  package init() {}

  package func next() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}

internal import Fleet
internal import Synchronization

/// A random source that gives the same bits for the same seed, and the choices a test makes of them.
package final class SeededRandomSource: RandomSource {
  /// The seed, to print when a test fails.
  package let seed: UInt64
  private let state: Mutex<UInt64>

  /// Makes a source from its seed.
  package init(seed: UInt64) {
    self.seed = seed
    state = Mutex(seed)
  }

  /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
  package func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// A number of the range.
  package func int(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
    return width == 0 ? Int(truncatingIfNeeded: next()) : range.lowerBound &+ Int(truncatingIfNeeded: next() % width)
  }

  /// True once in `count` times.
  package func once(in count: Int) -> Bool { int(in: 1...count) == 1 }

  /// One of the elements, which must not be empty.
  package func element<Element>(of elements: [Element]) -> Element { elements[int(in: 0...elements.count - 1)] }

  /// The elements in a random order.
  package func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in result.indices.reversed() where index > 0 { result.swapAt(index, int(in: 0...index)) }
    return result
  }
}

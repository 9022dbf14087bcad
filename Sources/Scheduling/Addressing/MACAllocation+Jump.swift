public import Fleet

extension MACAllocation {
  /// Where the cursor goes on after a part of the ledger was lost: past all that was handed out, as far as that can be
  /// told.
  ///
  /// Agents remember the cursors they were told, so the highest of them is past every address that was handed out
  /// before they were told. In the first round through the pool the addresses that guests are seen with tell more; in
  /// a later round they tell nothing, since addresses return.
  /// - Parameters:
  ///   - told: the highest cursor that an agent remembers.
  ///   - seen: addresses that guests have, or had by their marks.
  public static func cursor(_ cursor: UInt64, after told: UInt64, seen: Set<MACAddress>, pool: MACPool) -> UInt64 {
    let reached = max(cursor, told)
    guard reached < pool.count else { return reached }
    let offsets = seen.filter { $0 >= pool.first && $0 <= pool.last }.map { $0.number - pool.first.number + 1 }
    return max(reached, offsets.max() ?? 0)
  }

  /// The addresses that a cursor passes on its way, each once: the last ones, if there are more than `most`.
  public static func walked(from: UInt64, to: UInt64, pool: MACPool, atMost most: Int) -> [MACAddress] {
    guard from < to else { return [] }
    let count = min(to - from, pool.count, UInt64(max(0, most)))
    return (to - count..<to).compactMap { MACAddress(number: pool.first.number + $0 % pool.count) }
  }
}

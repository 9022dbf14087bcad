package import Fleet

/// Chooses the MAC pool for an interface.
package enum PoolChoice {
  /// The pool of the interface's network or bridge; else the first pool, by name, whose label the VM has; else the pool
  /// that an administrator made for the rest of the fleet; else the fleet's default pool.
  /// - Parameter pools: all pools, the default one included.
  /// - Returns: nil only without pools.
  package static func pool(
    for nic: NICSpec, labels: [String: String], among pools: [MACPoolRecord]
  ) -> MACPoolRecord? {
    let name =
      switch nic.source {
      case .network(let name), .bridge(let name): name
      case .carried: ""
      }
    let byName = pools.sorted { $0.pool.name < $1.pool.name }
    let made = byName.filter { $0.pool.name != MACPoolRecord.defaultName }
    if let found = made.first(where: { $0.selector == .network(name) }) { return found }
    let labelled = made.first { record in
      if case .label(let key, let value) = record.selector { labels[key] == value } else { false }
    }
    return labelled ?? made.first { $0.selector == .fleet }
      ?? byName.first { $0.pool.name == MACPoolRecord.defaultName }
  }
}

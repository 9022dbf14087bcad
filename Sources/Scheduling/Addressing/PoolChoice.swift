public import Fleet

/// Which MAC pool serves an interface.
public enum PoolChoice {
  /// The pool of the interface's network or bridge, else the first by name of a label the VM has, else the one made
  /// for the rest of the fleet, else the fleet's own.
  /// - Parameter pools: the fleet's own pool and those beside it.
  /// - Returns: nil only without pools.
  public static func pool(
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

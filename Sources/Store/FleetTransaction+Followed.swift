internal import Fleet

/// The rows of followed tables that a transaction has changed.
struct TouchedRows {
  /// A table that a ``CommitFollower`` follows.
  enum Table: String {
    case hosts, vms
    case outOfBandPolicy = "start_policy"
    case networkOutOfBandRules = "network_start_policies"
    case acceptedConflicts = "accepted_conflicts"
    case placementPolicy = "placement_policy"
  }

  /// The rows by their keys; nil if any may have changed.
  private(set) var keys: [Table: Set<String>?] = [:]

  /// Records what a statement changes.
  /// - Parameter key: the key of the one row that it changes, if known.
  mutating func note(_ sql: String, key: String?) {
    guard let table = Self.table(changedBy: sql).flatMap({ Table(rawValue: $0) }) else { return }
    guard let key, var known = keys[table, default: Set()] else {
      keys[table] = .some(nil)
      return
    }
    known.insert(key)
    keys[table] = known
  }

  /// The table that a statement changes.
  static func table(changedBy sql: String) -> String? {
    let words = sql.utf8.split(maxSplits: 5, omittingEmptySubsequences: true) { $0 == 0x20 || $0 == 0x0A }
      .prefix(5).map { String(decoding: $0, as: UTF8.self) }
    switch words.first {
    case "UPDATE": return words.dropFirst().first
    case "INSERT", "REPLACE", "DELETE":
      return words.firstIndex { $0 == "INTO" || $0 == "FROM" }.flatMap { words.dropFirst($0 + 1).first }
    default: return nil
    }
  }
}

extension FleetTransaction {
  /// The followed rows that were changed, in their present state.
  func touchedRows() throws(FleetError) -> CommittedRows {
    var rows = CommittedRows()
    for (table, keys) in touched.keys {
      switch table {
      case .hosts:
        guard let keys else {
          for host in try hosts() { rows.hosts[host.id] = host }
          continue
        }
        for id in keys.compactMap({ HostID($0) }) { rows.hosts.updateValue(try host(id), forKey: id) }
      case .vms:
        guard let keys else {
          for vm in try vms() { rows.vms[vm.id] = vm }
          continue
        }
        for id in keys.compactMap({ VMID($0) }) { rows.vms.updateValue(try vm(id), forKey: id) }
      case .outOfBandPolicy, .networkOutOfBandRules: rows.outOfBandPolicy = try outOfBandPolicy()
      case .acceptedConflicts: rows.accepted = try acceptedConflicts()
      case .placementPolicy: rows.placement = try placementPolicy()
      }
    }
    return rows
  }
}

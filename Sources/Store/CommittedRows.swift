package import Fleet
internal import Synchronization

/// Rows as commits have left them, of the kinds that are also kept in memory.
package struct CommittedRows: Sendable {
  /// Hosts; nil for one that was removed.
  package var hosts: [HostID: Host?] = [:]
  /// Managed VMs; nil for one that was removed.
  package var vms: [VMID: ManagedVM?] = [:]
  /// The policy for starts, if it changed.
  package var startPolicy: OutOfBandPolicy?
  /// All acceptances of shared addresses, if one changed.
  package var accepted: [AcceptedConflict]?
  /// The policy of placements, if it changed.
  package var placement: PlacementPolicy?

  /// Makes rows of which none changed.
  package init() {}

  /// True if none changed.
  package var isEmpty: Bool {
    hosts.isEmpty && vms.isEmpty && startPolicy == nil && accepted == nil && placement == nil
  }

  /// Takes over what a later commit has left.
  mutating func merge(_ later: CommittedRows) {
    hosts.merge(later.hosts) { $1 }
    vms.merge(later.vms) { $1 }
    startPolicy = later.startPolicy ?? startPolicy
    accepted = later.accepted ?? accepted
    placement = later.placement ?? placement
  }
}

/// Follows a store's commits, for a copy in memory: whoever takes finds each row as the last commit has left it.
///
/// It is filled in the order of the commits, before their callers hear of them, so no copy is ever brought up to date
/// in another order than the store. It is as large as the rows that changed since it was last asked.
package final class CommitFollower: Sendable {
  private let pending = Mutex(CommittedRows())
  let catchUp: @Sendable () async -> Void

  init(catchUp: @escaping @Sendable () async -> Void) {
    self.catchUp = catchUp
  }

  /// Takes what has changed since the last time.
  package func take() -> CommittedRows {
    pending.withLock { rows in
      defer { rows = CommittedRows() }
      return rows
    }
  }

  func add(_ rows: CommittedRows) {
    guard !rows.isEmpty else { return }
    pending.withLock { $0.merge(rows) }
  }
}

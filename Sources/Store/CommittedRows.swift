package import Fleet
internal import Synchronization

/// The committed rows of the tables that are also kept in memory.
package struct CommittedRows: Sendable {
  /// Hosts; nil for one that was removed.
  package var hosts: [HostID: Host?] = [:]
  /// Managed VMs; nil for one that was removed.
  package var vms: [VMID: ManagedVM?] = [:]
  /// The policy for starts, if it changed.
  package var outOfBandPolicy: OutOfBandPolicy?
  /// All acceptances of shared addresses, if one changed.
  package var accepted: [AcceptedConflict]?
  /// The policy of placements, if it changed.
  package var placement: PlacementPolicy?

  /// Makes an empty value.
  package init() {}

  /// True if no row changed.
  package var isEmpty: Bool {
    hosts.isEmpty && vms.isEmpty && outOfBandPolicy == nil && accepted == nil && placement == nil
  }

  /// Adds the rows of a later commit.
  mutating func merge(_ later: CommittedRows) {
    hosts.merge(later.hosts) { $1 }
    vms.merge(later.vms) { $1 }
    outOfBandPolicy = later.outOfBandPolicy ?? outOfBandPolicy
    accepted = later.accepted ?? accepted
    placement = later.placement ?? placement
  }
}

/// Follows a store's commits for a copy in memory: each row is as the last commit left it.
///
/// It is filled in the order of the commits, before their callers return, so every copy is updated in the store's
/// order. It holds the rows that changed since the last ``take()``.
package final class CommitFollower: Sendable {
  private let pending = Mutex(CommittedRows())
  let catchUp: @Sendable () async -> Void

  init(catchUp: @escaping @Sendable () async -> Void) {
    self.catchUp = catchUp
  }

  /// Takes the rows that changed since the last call.
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

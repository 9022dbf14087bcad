/// Where a VM is in its life.
package enum VMState: Hashable, Sendable {
  /// Accepted, nothing done yet.
  case pending
  /// Its disks and domain are being made.
  case provisioning
  /// Off.
  case stopped
  /// On its way to running.
  case starting
  /// Running.
  case running
  /// Paused in memory.
  case paused
  /// On its way to another host. Planned: no fleet sets it yet, a file for `plan` may.
  case migrating
  /// Being deleted.
  case deleting
  /// Deleted.
  case deleted
  /// It could not be made or kept; the reason is one sentence.
  case failed(String)

  /// The names of all states.
  package static let names = [
    "pending", "provisioning", "stopped", "starting", "running", "paused", "migrating", "deleting", "deleted", "failed",
  ]

  /// The state's name in JSON.
  package var name: String {
    switch self {
    case .pending: "pending"
    case .provisioning: "provisioning"
    case .stopped: "stopped"
    case .starting: "starting"
    case .running: "running"
    case .paused: "paused"
    case .migrating: "migrating"
    case .deleting: "deleting"
    case .deleted: "deleted"
    case .failed: "failed"
    }
  }

  /// Why it failed, if it did.
  package var reason: String? {
    if case .failed(let reason) = self { return reason }
    return nil
  }

  /// Reads a state's name; `reason` goes with `failed`.
  package init?(name: String, reason: String = "") {
    let plain: [VMState] = [
      .pending, .provisioning, .stopped, .starting, .running, .paused, .migrating, .deleting, .deleted,
      .failed(reason),
    ]
    guard let found = plain.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// How far a VM's observed state can be trusted.
package enum Freshness: Hashable, Sendable {
  /// Its agent and libvirt report it now.
  case current
  /// No current report; last seen at that time, or never.
  case unknown(since: Timestamp?)

  /// The certainty's name in JSON.
  package var name: String { self == .current ? "current" : "unknown" }
}

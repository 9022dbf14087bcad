/// A host as a listing shows it.
package struct HostSummary: Hashable, Sendable {
  /// Its name.
  package var name: String
  /// Its identity.
  package var id: HostID
  /// Whether it can take work.
  package var state: HostState
  /// Why it is not ready, one sentence, or empty.
  package var reason: String
  /// When it last reported, or nil for never.
  package var seenAt: Timestamp?
  /// What the fleet may reserve of it; nil before its first report.
  package var capacity: HostCapacity?
  /// What VMs have reserved of it.
  package var reserved: Reservation
  /// How many VMs it has, unmanaged ones included.
  package var vms: Int
  /// `kvm` or `tcg`.
  package var acceleration: String
  /// How many of its checks pass.
  package var checksPassed: Int
  /// How many of its checks warn.
  package var checksWarned: Int
  /// How many of its checks fail.
  package var checksFailed: Int
  /// Labels.
  package var labels: [String: String]
  /// Problems with its reports, one sentence each.
  package var notes: [String]
  /// True if its claims about VMs are ignored.
  package var isDisregarded: Bool

  /// Makes a summary.
  package init(
    name: String, id: HostID, state: HostState, reason: String, seenAt: Timestamp?, capacity: HostCapacity?,
    reserved: Reservation, vms: Int, acceleration: String, checksPassed: Int, checksWarned: Int, checksFailed: Int,
    labels: [String: String], notes: [String] = [], isDisregarded: Bool = false
  ) {
    self.name = name
    self.id = id
    self.state = state
    self.reason = reason
    self.seenAt = seenAt
    self.capacity = capacity
    self.reserved = reserved
    self.vms = vms
    self.acceleration = acceleration
    self.checksPassed = checksPassed
    self.checksWarned = checksWarned
    self.checksFailed = checksFailed
    self.labels = labels
    self.notes = notes
    self.isDisregarded = isDisregarded
  }
}

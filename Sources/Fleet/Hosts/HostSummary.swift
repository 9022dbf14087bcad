/// A host as a listing shows it.
public struct HostSummary: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its identity.
  public var id: HostID
  /// Whether it can take work.
  public var state: HostState
  /// Why it is not ready, one sentence, or empty.
  public var reason: String
  /// When it last reported, or nil for never.
  public var seenAt: Timestamp?
  /// What the fleet may reserve of it; nil before its first report.
  public var capacity: HostCapacity?
  /// What VMs have reserved of it.
  public var reserved: Reservation
  /// How many VMs it has, unmanaged ones included.
  public var vms: Int
  /// `kvm` or `tcg`.
  public var acceleration: String
  /// How many of its checks pass.
  public var checksPassed: Int
  /// How many of its checks warn.
  public var checksWarned: Int
  /// How many of its checks fail.
  public var checksFailed: Int
  /// Labels.
  public var labels: [String: String]
  /// What is wrong about what it reports, one sentence each.
  public var notes: [String]
  /// True if what it claims to run hinders nobody else.
  public var isDisregarded: Bool

  /// Makes a summary.
  public init(
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

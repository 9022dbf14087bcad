/// What a host uses, as last measured.
public struct HostUsage: Hashable, Sendable {
  /// Its identity.
  public var id: HostID
  /// Its name.
  public var name: String
  /// Whether it can take work.
  public var state: HostState
  /// Why it is not ready, one sentence, or empty.
  public var reason: String
  /// When it was measured, or nil for never.
  public var measuredAt: Timestamp?
  /// CPU load average of the last minute.
  public var load: Double?
  /// Memory that programs can have without swapping.
  public var memoryFree: Memory?
  /// Its logical CPUs, 0 if not known.
  public var cpus: Int
  /// All its memory, zero if not known.
  public var memory: Memory
  /// How many VMs run on it.
  public var running: Int
  /// What its VMs use together, those whose rates are known; nil if none is.
  public var guestCPUs: Double?
  /// The names of domains that did not answer when it was last measured.
  public var skipped: [String]

  /// Makes the value.
  public init(
    id: HostID, name: String, state: HostState, reason: String = "", measuredAt: Timestamp? = nil, load: Double? = nil,
    memoryFree: Memory? = nil, cpus: Int = 0, memory: Memory = .zero, running: Int = 0, guestCPUs: Double? = nil,
    skipped: [String] = []
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.reason = reason
    self.measuredAt = measuredAt
    self.load = load
    self.memoryFree = memoryFree
    self.cpus = cpus
    self.memory = memory
    self.running = running
    self.guestCPUs = guestCPUs
    self.skipped = skipped
  }
}

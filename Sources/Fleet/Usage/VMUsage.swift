/// What a running VM uses, as last measured.
public struct VMUsage: Hashable, Sendable {
  /// Its identity.
  public var id: VMID
  /// Its name.
  public var name: String
  /// The host it runs on.
  public var host: String
  /// False if the host is silent: then this is how it was.
  public var isCurrent: Bool
  /// The vCPUs it has.
  public var vcpus: Int
  /// The memory it has.
  public var memory: Memory
  /// When it was measured, or nil for never.
  public var measuredAt: Timestamp?
  /// The memory of the host that it holds; nil if nobody measured.
  public var memoryUsed: Memory?
  /// How fast it uses what it uses.
  public var rates: UsageRates

  /// Makes the value.
  public init(
    id: VMID, name: String, host: String, isCurrent: Bool, vcpus: Int, memory: Memory, measuredAt: Timestamp? = nil,
    memoryUsed: Memory? = nil, rates: UsageRates = UsageRates()
  ) {
    self.id = id
    self.name = name
    self.host = host
    self.isCurrent = isCurrent
    self.vcpus = vcpus
    self.memory = memory
    self.measuredAt = measuredAt
    self.memoryUsed = memoryUsed
    self.rates = rates
  }
}

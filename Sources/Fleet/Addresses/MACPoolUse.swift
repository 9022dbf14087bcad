/// How much of a MAC pool is in use.
public struct MACPoolUse: Hashable, Sendable {
  /// Addresses that managed VMs have.
  public var allocated: UInt64
  /// Addresses that are reserved for something outside the fleet.
  public var reserved: UInt64
  /// Addresses that rest.
  public var quarantined: UInt64
  /// Addresses that unmanaged VMs have.
  public var observed: UInt64
  /// Addresses that the pool gave lately, less those that came back; with how long that is, in seconds.
  public var recent: (net: Int64, seconds: Double) { (recentNet, recentSeconds) }
  private var recentNet: Int64
  private var recentSeconds: Double

  /// Makes a value.
  public init(
    allocated: UInt64 = 0, reserved: UInt64 = 0, quarantined: UInt64 = 0, observed: UInt64 = 0,
    recent: (net: Int64, seconds: Double) = (0, 0)
  ) {
    self.allocated = allocated
    self.reserved = reserved
    self.quarantined = quarantined
    self.observed = observed
    (recentNet, recentSeconds) = recent
  }

  /// All that can't be handed out now.
  public var used: UInt64 {
    [allocated, reserved, quarantined, observed].reduce(0) { sum, part in
      let (sum, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : sum
    }
  }
}

public import Fleet
public import RoostProto

extension MACPoolStatus: MessageDecodable {
  public init(_ message: Roost_V1_MACPoolStatus, at path: FieldPath) throws(FleetError) {
    let seconds = message.runsOutInSeconds
    for (name, count) in [
      ("allocated", message.allocated), ("reserved", message.reserved), ("quarantined", message.quarantined),
      ("observed", message.observed),
    ] where count > 1 << 48 { throw path.invalid(name, "is more than there are addresses: \(count)") }
    self.init(
      record: try MACPoolRecord(message.pool, at: path.field("pool")),
      use: MACPoolUse(
        allocated: message.allocated, reserved: message.reserved, quarantined: message.quarantined,
        observed: message.observed),
      runsOutInSeconds: seconds.isFinite && seconds >= 0 ? seconds : nil)
  }

  /// The status as the wire carries it.
  public var message: Roost_V1_MACPoolStatus {
    var result = Roost_V1_MACPoolStatus()
    result.pool = record.message
    result.allocated = use.allocated
    result.reserved = use.reserved
    result.quarantined = use.quarantined
    result.observed = use.observed
    result.runsOutInSeconds = runsOutInSeconds ?? -1
    return result
  }
}

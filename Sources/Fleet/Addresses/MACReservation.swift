/// A range of MAC addresses that is kept for something outside the fleet.
public struct MACReservation: Hashable, Sendable {
  /// The addresses.
  public var range: MACRange
  /// What they are for.
  public var purpose: String
  /// When they were reserved.
  public var madeAt: Timestamp
  /// When the reservation ended; nil while it stands.
  public var endedAt: Timestamp?

  /// Makes a reservation.
  public init(range: MACRange, purpose: String, madeAt: Timestamp, endedAt: Timestamp? = nil) {
    self.range = range
    self.purpose = purpose
    self.madeAt = madeAt
    self.endedAt = endedAt
  }
}

/// A range of MAC addresses that is reserved for devices outside the fleet.
package struct MACReservation: Hashable, Sendable {
  /// The addresses.
  package var range: MACRange
  /// Their purpose.
  package var purpose: String
  /// When they were reserved.
  package var madeAt: Timestamp
  /// When the reservation ended; nil while it stands.
  package var endedAt: Timestamp?

  /// Makes a reservation.
  package init(range: MACRange, purpose: String, madeAt: Timestamp, endedAt: Timestamp? = nil) {
    self.range = range
    self.purpose = purpose
    self.madeAt = madeAt
    self.endedAt = endedAt
  }
}

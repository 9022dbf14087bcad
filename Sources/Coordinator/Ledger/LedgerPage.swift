import Fleet
import Store

/// The part of the ledger that one question is about, read at one moment.
struct LedgerPage: Sendable {
  /// Rows of addresses.
  var rows: [MACEntry] = []
  /// The live reserved ranges.
  var reservations: [MACReservation] = []
  /// What is seen outside the fleet's own VMs now.
  var sightings: [MACSighting] = []

  /// The whole ledger but for its retired rows.
  static func all(_ reader: FleetSnapshotReader) throws(FleetError) -> LedgerPage {
    LedgerPage(
      rows: try reader.macEntries(includeRetired: false), reservations: try reader.macReservations(),
      sightings: try reader.openSightings())
  }

  /// The live rows of some addresses.
  static func of(_ macs: Set<MACAddress>, _ reader: FleetSnapshotReader) throws(FleetError) -> LedgerPage {
    var page = LedgerPage(reservations: try reader.macReservations())
    for mac in macs.sorted() {
      if let row = try reader.macHolder(mac) { page.rows.append(row) }
    }
    return page
  }
}

import Fleet
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

extension LedgerDesk {
  /// Keeps addresses for something outside the fleet.
  /// - Throws: ``FleetError``: `conflict` that names the owner of one of the addresses, `invalid`.
  func reserve(
    _ range: MACRange, for purpose: String, _ write: WriteRequest
  ) async throws -> Roost_V1_MACLedgerResponse {
    guard !purpose.isEmpty, purpose.utf8.count <= 200, purpose.isPrintable else {
      throw FleetError(
        .invalid, "a reservation says in 1 to 200 printable bytes what it is for", hint: "--for \"printer, room 3\"")
    }
    let view = await inventory.view
    return try await once(write) { transaction, now in
      if let found = view.regarded().observedOwner(in: range) {
        throw FleetError(
          .conflict, "MAC \(found.mac) belongs to \(found.owner)", hint: "roost mac show \(found.mac)")
      }
      if range.first == range.last {
        try transaction.reserveMAC(range.first, for: purpose, at: now)
      } else {
        try transaction.reserveMACs(range, for: purpose, at: now)
      }
      try transaction.appendEvent(
        at: now, kind: "mac.reserved", subject: range.description, message: "\(range) is reserved for \"\(purpose)\"")
      let entry = MACEntry(
        mac: range.first, state: .reserved, owner: AddressOwner(vm: purpose, vmID: nil, host: ""), since: now,
        source: "reserved", last: range.first == range.last ? nil : range.last)
      return .with { $0.entry = entry.message }
    }
  }

  /// Ends the reservation of an address, or of the whole range it lies in; by force a quarantine too.
  /// - Throws: ``FleetError``: `notFound`, or `conflict` while somebody has the address.
  func release(_ mac: MACAddress, force: Bool, _ write: WriteRequest) async throws -> Roost_V1_MACLedgerResponse {
    let view = await inventory.view
    return try await once(write) { transaction, now in
      var entry: MACEntry
      if let reservation = try transaction.macReservation(mac) {
        try transaction.releaseRange(of: mac, at: now)
        entry = MACEntry(
          mac: reservation.range.first, state: .retired,
          owner: AddressOwner(vm: reservation.purpose, vmID: nil, host: ""), since: now, source: "reserved",
          last: reservation.range.last)
      } else {
        entry = try Self.releasable(mac, force: force, view, in: transaction, now: now)
        try transaction.retireMAC(mac, at: now)
        (entry.state, entry.since, entry.until) = (.retired, now, nil)
      }
      let released = entry
      try transaction.appendEvent(
        at: now, kind: "mac.released", subject: mac.description,
        message: "MAC \(mac) is released; \(released.owner) had it")
      return .with { $0.entry = released.message }
    }
  }

  private static func releasable(
    _ mac: MACAddress, force: Bool, _ view: FleetView, in transaction: FleetTransaction, now: Timestamp
  ) throws -> MACEntry {
    if let entry = try transaction.macHolder(mac) {
      switch entry.state {
      case .reserved: return entry
      case .quarantined where force || entry.until.map { $0 <= now } ?? false: return entry
      case .quarantined:
        let end = entry.until.map { " until \($0)" } ?? ""
        throw FleetError(
          .conflict, "MAC \(mac) belonged to \(entry.owner) and is in quarantine\(end)",
          hint: "end it all the same: roost mac release --force \(mac)")
      case .allocated, .observed, .conflict, .retired:
        throw FleetError(
          .conflict, "MAC \(mac) belongs to \(entry.owner)", hint: "delete the VM to release it: roost mac show \(mac)")
      }
    }
    if let owner = view.regarded().observedOwners(of: mac).min(by: { ($0.host, $0.vm) < ($1.host, $1.vm) }) {
      throw FleetError(.conflict, "MAC \(mac) belongs to \(owner), which Roost does not manage")
    }
    if let fixed = try transaction.standingSightings(of: mac).first {
      throw FleetError(.conflict, "MAC \(mac) belongs to \(fixed.owner), where Roost changes nothing")
    }
    throw FleetError(.notFound, "MAC \(mac) is neither reserved nor in quarantine", hint: "roost mac list")
  }
}

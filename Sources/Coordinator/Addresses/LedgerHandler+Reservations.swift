import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension LedgerHandler {
  /// Reserves addresses for a device outside the fleet.
  /// - Throws: ``FleetError``: `conflict` that names the owner of one of the addresses, `invalid`.
  func reserve(
    _ range: MACRange, for purpose: String, _ write: IdempotencyKey
  ) async throws -> Roost_V1_MACLedgerResponse {
    guard !purpose.isEmpty, purpose.utf8.count <= 200, purpose.isPrintable else {
      throw FleetError(
        .invalid, "a reservation says in 1 to 200 printable bytes what it is for", hint: "--for \"printer, room 3\"")
    }
    let view = await inventory.view
    return try await once(write) { transaction, now in
      if let found = view.withoutDisregardedHosts().observedOwner(in: range) {
        throw FleetError(
          .conflict, "MAC \(found.mac) belongs to \(found.owner)", hint: "roost mac show \(found.mac)")
      }
      if range.first == range.last {
        try transaction.reserveMAC(range.first, for: purpose, at: now)
      } else {
        try transaction.reserveMACs(range, for: purpose, at: now)
      }
      try transaction.appendEvent(
        at: now, kind: .macReserved, subject: range.description, message: "\(range) is reserved for \"\(purpose)\"")
      let entry = MACLedgerEntry(
        mac: range.first, state: .reserved, owner: AddressOwner(vm: purpose, vmID: nil, host: ""), since: now,
        source: "reserved", last: range.first == range.last ? nil : range.last)
      return .with { $0.entry = entry.message }
    }
  }

  /// Ends the reservation of an address, or of a whole range named as it was reserved; with `force` also a quarantine.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for a part of a reserved range, or `conflict` for an address
  ///   in use.
  func release(_ range: MACRange, force: Bool, _ write: IdempotencyKey) async throws -> Roost_V1_MACLedgerResponse {
    let view = await inventory.view
    let mac = range.first
    return try await once(write) { transaction, now in
      var entry: MACLedgerEntry
      if let reservation = try transaction.macReservation(mac) {
        guard reservation.range == range else {
          throw FleetError(
            .precondition,
            "\(range) is part of \(reservation.range), which is reserved for \"\(reservation.purpose)\" as one",
            hint: "release all of it: roost mac release \(reservation.range)")
        }
        try transaction.releaseRange(of: mac, at: now)
        entry = MACLedgerEntry(
          mac: reservation.range.first, state: .retired,
          owner: AddressOwner(vm: reservation.purpose, vmID: nil, host: ""), since: now, source: "reserved",
          last: reservation.range.last)
      } else {
        guard range.first == range.last else {
          throw FleetError(.notFound, "\(range) is not a reserved range", hint: "roost mac list")
        }
        entry = try Self.releasable(mac, force: force, view, in: transaction, now: now)
        try transaction.retireMAC(mac, at: now)
        (entry.state, entry.since, entry.until) = (.retired, now, nil)
      }
      let released = entry
      try transaction.appendEvent(
        at: now, kind: .macReleased, subject: mac.description,
        message: "MAC \(mac) is released; \(released.owner) had it")
      return .with { $0.entry = released.message }
    }
  }

  /// Ends a quarantine because an administrator states that no guest uses the address any more.
  /// - Throws: ``FleetError``: `notFound` for an address that is not in quarantine, or `conflict` for one in use.
  func reclaim(_ mac: MACAddress, _ write: IdempotencyKey) async throws -> Roost_V1_MACLedgerResponse {
    let view = await inventory.view
    return try await once(write) { transaction, now in
      guard let holder = try transaction.macHolder(mac), holder.state == .quarantined else {
        _ = try Self.releasable(mac, force: false, view, in: transaction, now: now)
        throw FleetError(.precondition, "MAC \(mac) is not in quarantine", hint: "roost mac show \(mac)")
      }
      var entry = try Self.releasable(mac, force: true, view, in: transaction, now: now)
      try transaction.retireMAC(mac, at: now)
      (entry.state, entry.since, entry.until) = (.retired, now, nil)
      let reclaimed = entry
      try transaction.appendEvent(
        at: now, kind: .macReclaimed, subject: mac.description,
        message: "the quarantine of MAC \(mac) is ended; \(reclaimed.owner) had it")
      return .with { $0.entry = reclaimed.message }
    }
  }

  private static func releasable(
    _ mac: MACAddress, force: Bool, _ view: FleetView, in transaction: FleetTransaction, now: Timestamp
  ) throws -> MACLedgerEntry {
    if let entry = try transaction.macHolder(mac) {
      switch entry.state {
      case .reserved: return entry
      case .quarantined where force || entry.until.map { $0 <= now } ?? false:
        if let owner = try Self.user(of: mac, view, in: transaction) {
          throw FleetError(
            .conflict, "MAC \(mac) is in use: \(owner) has it", hint: "see who has it: roost mac show \(mac)")
        }
        return entry
      case .quarantined:
        var refusal = ChosenMAC.quarantine(entry)
        refusal.hint = "if nothing uses it any more: roost mac reclaim \(mac)"
        throw refusal
      case .allocated, .observed, .conflict, .retired:
        throw FleetError(
          .conflict, "MAC \(mac) belongs to \(entry.owner)", hint: "delete the VM to release it: roost mac show \(mac)")
      }
    }
    if let owner = Self.observer(of: mac, view.withoutDisregardedHosts()) {
      throw FleetError(.conflict, "MAC \(mac) belongs to \(owner), which Roost does not manage")
    }
    if let fixed = try transaction.standingSightings(of: mac).first {
      throw FleetError(.conflict, "MAC \(mac) belongs to \(fixed.owner), where Roost changes nothing")
    }
    throw FleetError(.notFound, "MAC \(mac) is neither reserved nor in quarantine", hint: "roost mac list")
  }

  private static func observer(of mac: MACAddress, _ view: FleetView) -> AddressOwner? {
    view.observedOwners(of: mac).min { ($0.host, $0.vm) < ($1.host, $1.vm) }
  }

  /// The user of an address that the ledger has as free: a domain, or a DHCP reservation.
  private static func user(
    of mac: MACAddress, _ view: FleetView, in reader: FleetSnapshotReader
  ) throws -> AddressOwner? {
    try observer(of: mac, view) ?? reader.sightings(of: mac).first { $0.endedAt == nil }?.owner
  }
}

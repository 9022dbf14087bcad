import Fleet
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// Manual changes of the ledger, each in one transaction with its answer.
struct LedgerHandler: Sendable {
  let store: FleetStore
  let inventory: Inventory
  let clock: any WallClock

  /// Carries out a write once: a repeat of the request gets the stored answer.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func once<Answer: SwiftProtobuf.Message & Sendable>(
    _ write: IdempotencyKey, _ body: @Sendable @escaping (FleetTransaction, Timestamp) throws -> Answer
  ) async throws -> Answer {
    let now = clock.now()
    return try await store.carryOut(write, answering: .message, at: now) { try body($0, now) }
  }
}

extension LedgerHandler {
  /// Changes the range of VNC ports for new VMs; VMs keep their ports. A request without a range returns the present
  /// one.
  /// - Throws: ``FleetError`` with code `invalid`.
  func setPortRange(_ request: Roost_V1_SetPortRangeRequest) async throws -> Roost_V1_SetPortRangeResponse {
    guard request.first != 0 || request.last != 0 else {
      let (fleet, held) = try await store.read { (try $0.fleet(), try $0.heldPorts()) }
      return Self.answer(fleet.vncPorts, held: held)
    }
    let range = try VNCPortRange.checked(Int(request.first), Int(request.last))
    return try await once(IdempotencyKey(id: request.requestID, body: request)) { transaction, now in
      var fleet = try transaction.fleet()
      (fleet.vncFirst, fleet.vncLast) = (range.lowerBound, range.upperBound)
      try transaction.updateFleet(fleet)
      try transaction.appendEvent(
        at: now, kind: .portRange, subject: "\(range.lowerBound)-\(range.upperBound)",
        message: "VMs are given VNC ports from \(range.lowerBound) to \(range.upperBound)")
      return Self.answer(range, held: try transaction.heldPorts())
    }
  }

  /// Changes the kind of VNC display of new VMs that choose none; an empty mode returns the present one.
  /// - Throws: ``FleetError`` with code `invalid`.
  func setVNCDefault(_ request: Roost_V1_SetVNCDefaultRequest) async throws -> Roost_V1_VNCDefaultResponse {
    guard !request.mode.isEmpty else {
      let present = try await store.read { try $0.fleet().vncDefault }
      return .with { $0.mode = present.rawValue }
    }
    let mode = try VNCMode(named: request.mode)
    return try await once(IdempotencyKey(id: request.requestID, body: request)) { transaction, now in
      var fleet = try transaction.fleet()
      if fleet.vncDefault != mode {
        fleet.vncDefault = mode
        try transaction.updateFleet(fleet)
        try transaction.appendEvent(
          at: now, kind: .policyVNC, subject: "policy", message: "new VMs have \(mode.sentence) unless they choose")
      }
      return .with { $0.mode = mode.rawValue }
    }
  }

  private static func answer(_ range: ClosedRange<Int>, held: Set<Int>) -> Roost_V1_SetPortRangeResponse {
    .with {
      $0.first = UInt32(clamping: range.lowerBound)
      $0.last = UInt32(clamping: range.upperBound)
      let use = VNCPortUse(range: range, taken: held.count { range.contains($0) })
      // BOUNDED: lists of sentences.
      $0.warnings = PortRangeAdvice.warnings(range, held: held) + [use.warning].compactMap { $0 }
    }
  }
}

/// The part of the ledger that one query needs, read at one moment.
struct LedgerSlice: Sendable {
  /// Rows of addresses.
  var rows: [MACLedgerEntry] = []
  /// The live reserved ranges.
  var reservations: [MACReservation] = []
  /// Open sightings outside of the managed VMs.
  var sightings: [MACSighting] = []

  /// The whole ledger without retired rows.
  static func all(_ reader: FleetSnapshotReader) throws(FleetError) -> LedgerSlice {
    LedgerSlice(
      rows: try reader.macEntries(includeRetired: false), reservations: try reader.macReservations(),
      sightings: try reader.openSightings())
  }

  /// What the conflicts of a fleet need: reserved ranges, and the rows of addresses that several may claim.
  static func contested(in view: FleetView, _ reader: FleetSnapshotReader) throws(FleetError) -> LedgerSlice {
    var page = try of(view.index.contestedMACs, reader)
    page.rows += try reader.reservedMACs().filter { !view.index.contestedMACs.contains($0.mac) }
    return page
  }

  /// The live rows of some addresses.
  static func of(_ macs: Set<MACAddress>, _ reader: FleetSnapshotReader) throws(FleetError) -> LedgerSlice {
    var page = LedgerSlice(reservations: try reader.macReservations())
    for mac in macs.sorted() {
      if let row = try reader.macHolder(mac) { page.rows.append(row) }
    }
    return page
  }
}

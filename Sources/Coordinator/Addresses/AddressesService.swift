import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// The operator's calls about the ledger: decode, call, encode.
struct AddressesService: Roost_V1_Addresses.SimpleServiceProtocol {
  let ledger: LedgerHandler

  func listMACs(
    request: Roost_V1_ListMACsRequest, response: RPCWriter<Roost_V1_ListMACsResponse>, context: ServerContext
  ) async throws {
    let entries = try await entries(request)
    var pages = PageWriter(request.pageSize, to: response)
    for entry in entries where entry.isLike(host: request.host, state: request.state) {
      try await pages.add(entry.message, to: \.macs)
    }
    try await pages.end()
  }

  private func entries(_ request: Roost_V1_ListMACsRequest) async throws -> [MACLedgerEntry] {
    if !request.state.isEmpty { _ = try LedgerState(named: request.state) }
    if !request.mac.isEmpty {
      guard let mac = MACAddress(request.mac) else {
        throw FleetError(.invalid, "\"\(request.mac.printable)\" is not a MAC address")
      }
      return try await ledger.reports(MACPattern(mac.description)).map(\.entry)
    }
    let view = await ledger.inventory.view
    guard !request.conflictsOnly else {
      let page = try await ledger.store.read { try LedgerSlice.contested(in: view, $0) }
      return view.conflicts(page).map(\.entry)
    }
    let page = try await ledger.store.read { try LedgerSlice.all($0) }
    return view.macEntries(page, now: ledger.clock.now())
  }

  func findMACs(
    request: Roost_V1_FindMACsRequest, context: ServerContext
  ) async throws -> Roost_V1_FindMACsResponse {
    let reports = try await ledger.reports(MACPattern(request.query))
    return .with { $0.reports = reports.map(\.message) }
  }

  func reserveMACs(
    request: Roost_V1_ReserveMACsRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse {
    try await ledger.reserve(
      MACRange(parsing: request.range), for: request.purpose, IdempotencyKey(id: request.requestID, body: request))
  }

  func releaseMAC(
    request: Roost_V1_ReleaseMACRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse {
    let range = try MACRange(parsing: request.mac)
    return try await ledger.release(
      range, force: request.force, IdempotencyKey(id: request.requestID, body: request))
  }

  func reclaimMAC(
    request: Roost_V1_ReclaimMACRequest, context: ServerContext
  ) async throws -> Roost_V1_MACLedgerResponse {
    guard let mac = MACAddress(request.mac) else {
      throw FleetError(.invalid, "\"\(request.mac.printable)\" is not a MAC address")
    }
    return try await ledger.reclaim(mac, IdempotencyKey(id: request.requestID, body: request))
  }

  func listMACPools(
    request: Roost_V1_ListMACPoolsRequest, context: ServerContext
  ) async throws -> Roost_V1_ListMACPoolsResponse {
    let pools = try await ledger.pools(named: request.name)
    return .with { $0.pools = pools.map(\.message) }
  }

  func createMACPool(
    request: Roost_V1_CreateMACPoolRequest, context: ServerContext
  ) async throws -> Roost_V1_MACPoolResponse {
    try await ledger.createPool(
      request.name, range: MACRange(parsing: request.range),
      selector: MACPoolSelector(network: request.network, label: request.label),
      IdempotencyKey(id: request.requestID, body: request))
  }

  func deleteMACPool(
    request: Roost_V1_DeleteMACPoolRequest, context: ServerContext
  ) async throws -> Roost_V1_MACPoolResponse {
    try await ledger.deletePool(request.name, IdempotencyKey(id: request.requestID, body: request))
  }

  func setVNCDefault(
    request: Roost_V1_SetVNCDefaultRequest, context: ServerContext
  ) async throws -> Roost_V1_VNCDefaultResponse {
    try await ledger.setVNCDefault(request)
  }

  func setPortRange(
    request: Roost_V1_SetPortRangeRequest, context: ServerContext
  ) async throws -> Roost_V1_SetPortRangeResponse {
    try await ledger.setPortRange(request)
  }

  func listPorts(
    request: Roost_V1_ListPortsRequest, response: RPCWriter<Roost_V1_ListPortsResponse>, context: ServerContext
  ) async throws {
    let view = await ledger.inventory.view
    let wanted = Int(clamping: request.port)
    if !request.state.isEmpty { _ = try LedgerState(named: request.state) }
    let (rows, history) = try await ledger.store.read { reader in
      (try reader.portEntries(), wanted == 0 ? [] : try reader.portHistory(wanted))
    }
    var pages = PageWriter(request.pageSize, first: .with { $0.history = history.map(\.message) }, to: response)
    for entry in view.portEntries(ledger: rows)
    where (wanted == 0 || entry.port == wanted) && entry.isLike(host: request.host, state: request.state) {
      try await pages.add(entry.message, to: \.ports)
    }
    try await pages.end()
  }
}

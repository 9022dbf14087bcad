import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// The operator's calls about the ledger.
struct AddressesService: Roost_V1_Addresses.SimpleServiceProtocol {
  let store: FleetStore
  let inventory: Inventory

  func listMACs(
    request: Roost_V1_ListMACsRequest, context: ServerContext
  ) async throws -> Roost_V1_ListMACsResponse {
    let view = await inventory.view
    let ledger = try await store.read { try $0.macEntries(includeRetired: false) }
    var entries = request.conflictsOnly ? view.conflicts(ledger: ledger).map(\.entry) : view.macEntries(ledger: ledger)
    if !request.mac.isEmpty {
      guard let mac = MACAddress(request.mac) else {
        throw FleetError(.invalid, "\"\(request.mac.printable)\" is not a MAC address")
      }
      let history = try await store.read { try $0.macHistory(mac) }.filter { $0.state == .retired }
      entries = entries.filter { $0.mac == mac } + history
    }
    let found = entries
    return .with { $0.macs = found.map(\.message) }
  }

  func listPorts(
    request: Roost_V1_ListPortsRequest, context: ServerContext
  ) async throws -> Roost_V1_ListPortsResponse {
    let view = await inventory.view
    var entries = try await store.read { try $0.portEntries() }
    let held = Set(entries.map(\.port))
    for found in view.observedDomains {
      for port in found.domain.displayPorts where !held.contains(port) {
        entries.append(PortEntry(port: port, state: .observed, vm: found.domain.name, host: found.host))
      }
    }
    let wanted = Int(request.port)
    let sorted = entries.filter { wanted == 0 || $0.port == wanted }.sorted { ($0.port, $0.host) < ($1.port, $1.host) }
    return .with { $0.ports = sorted.map(\.message) }
  }
}

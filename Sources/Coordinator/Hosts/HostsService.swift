import Fleet
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// The operator's calls about hosts, their networks and pools.
struct HostsService: Roost_V1_Hosts.SimpleServiceProtocol {
  /// The default and the longest lifetime of a join token, in seconds.
  static let tokenSeconds: (usual: UInt32, most: UInt32) = (3600, 7 * 86400)

  let admission: Admission
  let issuer: CertificateIssuer
  let sessions: ConnectedAgents
  let calls: LiveCalls
  let listener: EnrolmentListener
  var inventory: Inventory { admission.inventory }
  var store: FleetStore { admission.store }

  init(
    admission: Admission, issuer: CertificateIssuer, sessions: ConnectedAgents, calls: LiveCalls,
    listener: EnrolmentListener
  ) {
    self.admission = admission
    self.issuer = issuer
    self.sessions = sessions
    self.calls = calls
    self.listener = listener
  }

  func list(
    request: Roost_V1_ListHostsRequest, response: RPCWriter<Roost_V1_ListHostsResponse>, context: ServerContext
  ) async throws {
    let filter = try HostFilter(name: request.name, state: request.state, labels: request.labels)
    let view = await inventory.view
    var pages = PageWriter(request.pageSize, to: response)
    for summary in view.hostSummaries where filter.matches(summary) {
      try await pages.add(summary.message, to: \.hosts)
    }
    try await pages.end()
  }

  func get(request: Roost_V1_GetHostRequest, context: ServerContext) async throws -> Roost_V1_GetHostResponse {
    let view = await inventory.view
    let entry = try view.requiredHost(request.host)
    return .with {
      $0.host = view.summary(of: entry).message
      if let facts = entry.facts { $0.facts = facts.message }
      $0.certificateExpiresAt = entry.host.certificateExpiresAt.milliseconds
      $0.joinedAt = entry.host.joinedAt.milliseconds
    }
  }

  func setCordon(request: Roost_V1_SetCordonRequest, context: ServerContext) async throws -> Roost_V1_HostResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await store.earlier(write, as: .message) as Roost_V1_HostResponse? { return earlier }
    let view = await inventory.view
    let entry = try view.requiredHost(request.host)
    let now = admission.clock.now()
    let cordoned = request.cordoned
    return try await store.carryOut(write, answering: .message, at: now) { transaction in
      guard var host = try transaction.host(entry.host.id) else {
        throw FleetError(.notFound, "there is no host \"\(entry.host.name)\" any more")
      }
      if host.cordoned != cordoned {
        host.cordoned = cordoned
        try transaction.updateHost(host)
        try transaction.appendEvent(
          at: now, kind: cordoned ? .hostCordoned : .hostUncordoned, subject: host.name,
          message: "host \(host.name) is \(cordoned ? "closed" : "open") for new VMs")
      }
      var changed = entry
      changed.host = host
      return .with { $0.host = view.summary(of: changed).message }
    }
  }

  func remove(request: Roost_V1_RemoveHostRequest, context: ServerContext) async throws -> Roost_V1_HostResponse {
    try await HostRemoval(admission: admission, sessions: sessions, calls: calls).remove(request)
  }

  func revoke(request: Roost_V1_RevokeHostRequest, context: ServerContext) async throws -> Roost_V1_RevokeHostResponse {
    try await revoke(request)
  }

  func disregard(
    request: Roost_V1_DisregardHostRequest, context: ServerContext
  ) async throws -> Roost_V1_HostResponse {
    try await disregard(request)
  }

  func listNetworks(
    request: Roost_V1_ListNetworksRequest, response: RPCWriter<Roost_V1_ListNetworksResponse>, context: ServerContext
  ) async throws {
    var pages = PageWriter(request.pageSize, to: response)
    for entry in try await entries(request.host) {
      for network in entry.facts?.networks ?? [] {
        let row = Roost_V1_HostNetwork.with { ($0.host, $0.network) = (entry.host.name, network.message) }
        try await pages.add(row, to: \.networks)
      }
    }
    try await pages.end()
  }

  func setNetwork(
    request: Roost_V1_SetNetworkRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let operation = try await admission.setNetwork(
      request.name, host: request.host, active: request.active, IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }

  func listPools(
    request: Roost_V1_ListPoolsRequest, response: RPCWriter<Roost_V1_ListPoolsResponse>, context: ServerContext
  ) async throws {
    var pages = PageWriter(request.pageSize, to: response)
    for entry in try await entries(request.host) {
      for pool in entry.facts?.pools ?? [] {
        let row = Roost_V1_HostPool.with { ($0.host, $0.pool) = (entry.host.name, pool.message) }
        try await pages.add(row, to: \.pools)
      }
    }
    try await pages.end()
  }

  private func entries(_ host: String) async throws -> [HostEntry] {
    let view = await inventory.view
    return host.isEmpty ? view.sortedHosts : [try view.requiredHost(host)]
  }
}

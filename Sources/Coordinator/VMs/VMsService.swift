import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// The operator's calls about VMs: decode, call, encode.
struct VMsService: Roost_V1_VMs.SimpleServiceProtocol {
  let admission: Admission
  let importer: DomainImporter
  let tunnels: TunnelService
  /// The most operations of a VM in an answer, the newest.
  private static let shownOperations = 100

  init(admission: Admission, importer: DomainImporter, tunnels: TunnelService) {
    self.admission = admission
    self.importer = importer
    self.tunnels = tunnels
  }

  func list(
    request: Roost_V1_ListVMsRequest, response: RPCWriter<Roost_V1_ListVMsResponse>, context: ServerContext
  ) async throws {
    let view = await admission.inventory.view
    let host = request.host.isEmpty ? nil : try view.requiredHost(request.host)
    let query = try AddressQuery(mac: request.mac, ip: request.ip, port: request.port)
    let found = query.isEmpty ? nil : await admission.inventory.find(query)
    let listing = VMListing(view, on: host, among: found, try VMFilter(request))
    var pages = PageWriter(request.pageSize, each: .with { $0.filtered = true }, to: response)
    if request.namesOnly {
      for entry in listing.entries {
        let row = Roost_V1_VM.with { ($0.name, $0.id, $0.host) = (entry.name, entry.id.description, entry.host) }
        try await pages.add(row, to: \.vms)
      }
    } else {
      let details = listing.details(try await admission.store.read { try listing.records($0) })
      for entry in listing.entries {
        if let row = listing.row(of: entry, details) { try await pages.add(row.message, to: \.vms) }
      }
    }
    try await pages.end()
  }

  func get(request: Roost_V1_GetVMRequest, context: ServerContext) async throws -> Roost_V1_GetVMResponse {
    let view = await admission.inventory.view
    let found = try view.requiredVM(request.vm)
    let macs = Set(found.nics.map(\.mac)).union(view.observation(of: found.id)?.domain.macs ?? [])
    let (ledger, operations, placed) = try await admission.store.read { reader in
      (
        try LedgerSlice.of(macs, reader), try reader.operations(vm: found.id, newest: Self.shownOperations),
        try reader.decision(of: found.id)
      )
    }
    var summary = found
    summary.conflicts = view.conflictSentences(ledger, of: macs)[found.id] ?? []
    summary.duplicates = view.duplicates(of: found)
    summary.notes = view.notes(
      of: found, isBusy: operations.newest.contains { !$0.state.isEnded }, last: operations.newest.last)
    let managed = found.managed ? view.vms[found.id] : nil
    let observed = managed.map { view.hosts[$0.hostID]?.domains[$0.id] } ?? view.observation(of: found.id)?.domain
    let isBusy = operations.newest.contains { !$0.state.isEnded }
    return .with { response in
      response.vm = summary.message
      if let managed {
        response.spec = managed.spec.message
        response.revision = UInt64(clamping: managed.revision)
        response.createdAt = managed.createdAt.milliseconds
        if let placed { response.placed = placed.message }
        if !managed.constraints.isEmpty { response.constraints = managed.constraints.message }
        response.drift = view.drift(of: managed, isBusy: isBusy)
      }
      if let observed { response.observed = observed.message }
      response.operations = operations.newest.map(\.message)
      response.olderOperations = UInt32(clamping: operations.older)
    }
  }

  func create(request: Roost_V1_CreateVMRequest, context: ServerContext) async throws -> Roost_V1_CreateVMResponse {
    let spec = try VMSpec(request.spec).checkedWithoutDocument()
    let intent = CreateIntent(
      kind: .create, spec: spec, host: request.host.isEmpty ? nil : request.host,
      start: request.start, strategy: try PlacementStrategy(named: request.policy),
      constraints: try PlacementConstraints(request.constraints, at: FieldPath("constraints")),
      privileges: try spec.privileges, reclaims: request.reclaim, takesDefaultVNC: request.defaultVnc)
    return try await respond(to: intent, dryRun: request.dryRun, notes: []) {
      try IdempotencyKey(id: request.requestID, body: request)
    }
  }

  func importVM(
    request: Roost_V1_ImportVMRequest, context: ServerContext
  ) async throws -> Roost_V1_CreateVMResponse {
    let imported = try importer.spec(of: request)
    var constraints = try PlacementConstraints(request.constraints, at: FieldPath("constraints"))
    constraints.needs.formUnion(imported.constraints.needs)
    if constraints.hugePage == nil {
      constraints.hugePage = imported.constraints.hugePage
      constraints.usesDefaultHugePages = imported.constraints.usesDefaultHugePages
    }
    constraints.isPinned = constraints.isPinned || imported.constraints.isPinned
    let intent = CreateIntent(
      kind: .import, spec: imported.spec, host: request.host.isEmpty ? nil : request.host, start: request.start,
      strategy: try PlacementStrategy(named: request.policy), constraints: constraints, heldMACs: imported.heldMACs,
      privileges: try imported.spec.privileges, formerID: imported.formerID, reclaims: request.reclaim)
    return try await respond(to: intent, dryRun: request.dryRun, notes: imported.notes) {
      try IdempotencyKey(id: request.requestID, body: request)
    }
  }

  func changePower(
    request: Roost_V1_ChangePowerRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    guard let verb = PowerVerb(rawValue: request.verb) else {
      throw FleetError(.invalid, "\"\(request.verb.printable)\" is not a power verb")
    }
    guard request.timeoutSeconds <= 86400 else { throw FleetError(.invalid, "a stop waits a day at most") }
    let operation = try await admission.power(
      verb, vm: request.vm, force: request.force, timeoutSeconds: Int(clamping: request.timeoutSeconds),
      IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }

  func delete(request: Roost_V1_DeleteVMRequest, context: ServerContext) async throws -> Roost_V1_OperationResponse {
    let operation = try await admission.delete(
      vm: request.vm, keepDisks: request.keepDisks, force: request.force,
      IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }

  func forget(request: Roost_V1_ForgetVMRequest, context: ServerContext) async throws -> Roost_V1_VMResponse {
    try await admission.forget(
      vm: request.vm, confirmedName: request.confirmedName, IdempotencyKey(id: request.requestID, body: request))
  }

  func recover(
    request: Roost_V1_RecoverVMRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let operation = try await admission.recover(
      vm: request.vm, IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }

  func setVNC(
    request: Roost_V1_SetVNCRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let operation = try await admission.setVNC(
      VNCMode(named: request.mode), of: request.vm, IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }

  func openTunnel(
    request: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>, response: RPCWriter<Roost_V1_TunnelFrame>,
    context: ServerContext
  ) async throws {
    try await tunnels.serveOperator(request, response)
  }

  private func respond(
    to intent: CreateIntent, dryRun: Bool, notes: [String], write: () throws -> IdempotencyKey
  ) async throws -> Roost_V1_CreateVMResponse {
    if dryRun {
      let decided = try await admission.decide(intent)
      return .with {
        $0.name = intent.spec.name
        $0.decision = decided.decision.message
        // BOUNDED: lists of sentences.
        $0.notes = notes + decided.notes
      }
    }
    let admitted = try await admission.admit(intent, write())
    let view = await admission.inventory.view
    return .with { response in
      response.name = intent.spec.name
      response.decision = admitted.decision.message
      if let vm = admitted.vm { response.vm = view.summary(of: vm).message }
      response.operation = admitted.operation.message
      // BOUNDED: lists of sentences.
      response.notes = notes + admitted.notes
    }
  }

}

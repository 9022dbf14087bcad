import Fleet
import Foundation
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Calls about the fleet as a whole.
struct AdministrationService: Roost_V1_Administration.SimpleServiceProtocol {
  /// The size of a backup's chunk in a message.
  static let chunkSize = 256 * 1024

  let context: CoordinatorContext
  let store: FleetStore
  let source: MetricsCollector
  let issuer: CertificateIssuer
  let directory: DataDirectory
  let revocations: RevocationLists
  let clock: any WallClock
  let random: any RandomSource

  func status(request: Roost_V1_StatusRequest, context: ServerContext) async throws -> Roost_V1_StatusResponse {
    let figures = try await source.overview()
    let settling = try await store.read { try $0.settling() }
    let differences = await source.inventory.view.differences(fleetID: self.context.fleetID).count
    return .with {
      $0.fleetID = self.context.fleetID.description
      $0.fleetName = self.context.fleetName
      $0.version = RoostVersion.current
      $0.epoch = UInt64(clamping: self.context.epoch)
      $0.incarnation = self.context.incarnation.description
      $0.hostsReady = UInt32(clamping: figures.hostsReady)
      $0.hosts = UInt32(clamping: figures.hosts)
      $0.vms = UInt32(clamping: figures.vms.values.reduce(0, +))
      $0.vmsRunning = UInt32(clamping: figures.vms.filter { $0.key.state == "running" }.values.reduce(0, +))
      $0.conflicts = UInt32(clamping: figures.conflicts)
      $0.operationsRunning = UInt32(clamping: figures.operationsRunning)
      $0.linkAddress = self.context.link.description
      $0.enrolmentAddress = self.context.enrolment.description
      $0.authorityExpiresAt = Timestamp(seconds: issuer.authorities.pair.issuing.certificate.notAfter).milliseconds
      $0.lastEvent = UInt64(clamping: figures.lastEvent)
      $0.settling = settling != nil
      $0.settlingReason = settling?.reason ?? ""
      $0.differences = UInt32(clamping: differences)
      $0.vncPorts = figures.portUse.message
    }
  }

  func backup(
    request: Roost_V1_BackupRequest, response: RPCWriter<Roost_V1_BackupChunk>, context: ServerContext
  ) async throws {
    let draft = "\(directory.path)/backup-\(UniqueID(from: random)).draft"
    defer { try? FileManager.default.removeItem(atPath: draft) }
    let now = clock.now()
    // A coordinator that finds this copy knows that the fleet has changed since, however the copy is restored.
    try await store.backup(to: draft) { copy in
      try copy.settle(at: now, reason: "its database is a backup of \(now)")
      try copy.revokeCopiedTokens(at: now)
    }
    let file = try await OpenFile.run { try OpenFile.reading(draft) }
    var offset: Int64 = 0
    while true {
      let place = offset
      let chunk = try await OpenFile.run { try file.read(Self.chunkSize, at: place) }
      guard !chunk.isEmpty else { return }
      try await response.write(.with { $0.data = Data(chunk) })
      // BOUNDED: what was read of a file, at a place in it.
      offset = place + Int64(chunk.count)
    }
  }

  func createOperator(
    request: Roost_V1_CreateOperatorRequest, context: ServerContext
  ) async throws -> Roost_V1_CreateOperatorResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let name = try NameRule.checked(request.name, of: "user")
    let authorities = issuer.authorities.pair
    let issued = try issuer.issueOperator(named: name, by: authorities.issuing)
    let now = clock.now()
    let (renews, isBeside) = (request.renew, request.beside)
    try await store.carryOut(write, answering: .secret(.key(of: name)), at: now) { transaction in
      let earlier = try transaction.certificates(of: name, role: "operator").filter { $0.isValid(at: now) }
      try Self.check(name, earlier, renews: renews, isBeside: isBeside)
      if renews {
        for certificate in earlier { try transaction.revokeCertificate(serial: certificate.serial, at: now) }
        try transaction.revokeOpenTokens(of: "user:\(name)", at: now, because: CertificatesService.tokenReason)
      }
      let serial = issued.certificate.serial.hex
      try transaction.insertCertificate(
        serial: serial, subject: name, role: "operator", issuedAt: now,
        expiresAt: Timestamp(seconds: issued.certificate.notAfter),
        authority: authorities.issuing.certificate.fingerprint.hex)
      let others = renews ? "; \(earlier.count) earlier ones are revoked" : ""
      try transaction.appendEvent(
        at: now, kind: renews ? .userRenewed : .userCreated, subject: name,
        message: "a certificate \(serial) for \(name) was made\(others)")
    }
    if renews { try await revocations.publish() }
    return .with {
      $0.certificatePem = issued.certificate.pem
      $0.privateKeyPem = issued.keyPEM
      $0.authorityPem = authorities.pem
      $0.address = self.context.link.description
      // BOUNDED: a list of constants.
      $0.serverName = CertificateIssuer.serverNames[0]
    }
  }

  /// - Throws: ``FleetError`` with code `conflict` for a user who has a certificate, `notFound` for an unknown user to
  ///   renew.
  private static func check(
    _ name: String, _ earlier: [CertificateRecord], renews: Bool, isBeside: Bool
  ) throws(FleetError) {
    if renews, earlier.isEmpty {
      throw FleetError(
        .notFound, "\(name) has no certificate that is still good",
        hint: "make one: roost user create \(name) --out DIR")
    }
    guard let last = earlier.map(\.expiresAt).max(), !renews, !isBeside else { return }
    throw FleetError(
      .conflict, "\(name) has a certificate already, until \(last)",
      hint: "make one in its place: roost user renew \(name) --out DIR; or one more beside it: roost user create "
        + "\(name) --force --out DIR")
  }
}

/// The operator's calls about the usage of hosts and VMs.
struct UsageService: Roost_V1_Usage.SimpleServiceProtocol {
  let inventory: Inventory
  let clock: any WallClock

  func list(
    request: Roost_V1_ListUsageRequest, response: RPCWriter<Roost_V1_ListUsageResponse>, context: ServerContext
  ) async throws {
    let sort = UsageSort(rawValue: request.sort)
    guard sort != nil || request.sort.isEmpty else {
      throw FleetError(
        .invalid, "\"\(request.sort.printable)\" is not an order of usage",
        hint: "it is one of \(UsageSort.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let query = UsageQuery(
      host: request.host.isEmpty ? nil : request.host, hostsOnly: request.hostsOnly, sort: sort,
      limit: request.limit == 0 ? nil : Int(clamping: request.limit))
    let view = await inventory.view
    let all = query.hostsOnly ? FleetUsage(hosts: view.sortedHosts.map(\.usage), vms: []) : view.usage
    let usage = try all.chosen(query)
    let now = clock.now().milliseconds
    var pages = PageWriter(request.pageSize, each: .with { $0.at = now }, to: response)
    for host in usage.hosts { try await pages.add(host.message, to: \.hosts) }
    for vm in usage.vms { try await pages.add(vm.message, to: \.vms) }
    try await pages.end()
  }
}

extension VNCPortUse {
  /// The count as the wire carries it.
  var message: Roost_V1_VNCPorts {
    .with {
      $0.first = UInt32(clamping: range.lowerBound)
      $0.last = UInt32(clamping: range.upperBound)
      $0.taken = UInt32(clamping: taken)
      $0.warning = warning ?? ""
    }
  }
}

import Fleet
import FleetTestKit
import Foundation
import Logging
import PKI
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Certificates of people, hosts and the coordinator")
struct CertificatesTests {
  private func createOperator(
    _ coordinator: TestCoordinator, _ name: String, renew: Bool = false, beside: Bool = false
  ) async throws -> Roost_V1_CreateOperatorResponse {
    try await coordinator.local { client in
      try await Roost_V1_Administration.Client(wrapping: client).createOperator(
        .with {
          $0.requestID = RequestID(from: coordinator.random).description
          $0.name = name
          $0.renew = renew
          $0.beside = beside
        })
    }
  }

  private func isLetIn(_ made: Roost_V1_CreateOperatorResponse, _ coordinator: TestCoordinator) async throws -> Bool {
    let credentials = ClientCredentials(certificatePEM: made.certificatePem, keyPEM: made.privateKeyPem)
    do {
      _ = try await coordinator.call(coordinator.transports.link(credentials)) {
        try await Roost_V1_VMs.Client(wrapping: $0).list(.init())
      }
      return true
    } catch let error as FleetError where error.code == .denied {
      return false
    }
  }

  private func list(_ coordinator: TestCoordinator, role: String = "") async throws -> [CertificateRecord] {
    try await coordinator.local { client in
      try await Roost_V1_Certificates.Client(wrapping: client).list(.with { $0.role = role }).certificates
        .map { try CertificateRecord($0) }
    }
  }

  private func revocations(_ coordinator: TestCoordinator) throws -> RevocationList {
    let list = try RevocationList(pem: String(contentsOfFile: coordinator.directory.revocations, encoding: .utf8))
    try list.verify(issuedBy: Certificate(pem: coordinator.transports.authorityPEM))
    return list
  }

  @Test("a second certificate comes only in the first one's place, or when asked for")
  func twice() async throws {
    try await TestCoordinator.with { coordinator in
      let first = try await createOperator(coordinator, "ada")
      let refusal = await #expect(throws: FleetError.self) { try await createOperator(coordinator, "ada") }
      #expect(refusal?.code == .conflict && refusal?.hint.contains("roost user renew ada") == true)
      let second = try await createOperator(coordinator, "ada", beside: true)
      let isBoth = (try await isLetIn(first, coordinator), try await isLetIn(second, coordinator))
      #expect(isBoth.0 && isBoth.1)
      let third = try await createOperator(coordinator, "ada", renew: true)
      let (isFirst, isSecond, isThird) = (
        try await isLetIn(first, coordinator), try await isLetIn(second, coordinator),
        try await isLetIn(third, coordinator)
      )
      #expect(!isFirst && !isSecond && isThird)
      let nobody = await #expect(throws: FleetError.self) { try await createOperator(coordinator, "bob", renew: true) }
      #expect(nobody?.code == .notFound)
      #expect(try await list(coordinator, role: "operator").count { $0.revokedAt == nil } == 1)
    }
  }

  @Test("a revoked person is out at once, by a signed list that no backup takes back")
  func survivesRestore() async throws {
    try await TestCoordinator.with { coordinator in
      let ada = try await createOperator(coordinator, "ada")
      try await coordinator.backup(to: coordinator.backupPath)
      let revoked = try await coordinator.revoke(user: "ada")
      #expect(revoked.count == 1)
      #expect(try await !isLetIn(ada, coordinator))
      let serial = try #require(SerialNumber(hex: revoked[0].serial))
      #expect(try revocations(coordinator).entry(for: serial) != nil)

      await coordinator.stop()
      let restoration = DatabaseRestorer(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
      _ = try await restoration.restore(coordinator.backupPath, movesAside: true)
      try await coordinator.start()
      #expect(try await !isLetIn(ada, coordinator))
      #expect(try revocations(coordinator).entry(for: serial) != nil)
    }
  }

  @Test("a revocation holds by the list alone, also of a certificate no database knows")
  func unknownSerial() async throws {
    try await TestCoordinator.with { coordinator in
      try await coordinator.backup(to: coordinator.backupPath)
      let ada = try await createOperator(coordinator, "ada")
      _ = try await coordinator.revoke(user: "ada")
      await coordinator.stop()
      _ = try await DatabaseRestorer(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random
      )
      .restore(coordinator.backupPath, movesAside: true)
      try await coordinator.start()
      #expect(try await !isLetIn(ada, coordinator))
    }
  }

  @Test("a damaged list, or another authority's, keeps the coordinator from serving")
  func foreignList() async throws {
    try await TestCoordinator.with { coordinator in
      await coordinator.stop()
      let good = try String(contentsOfFile: coordinator.directory.revocations, encoding: .utf8)
      let other = try CertificateAuthority.create(
        fleetID: coordinator.fleet.id.description, name: "Roost test", now: coordinator.clock.now().seconds,
        random: SystemRandom())
      let now = coordinator.clock.now().seconds
      let foreign = try other.revocationList(entries: [], number: 1, now: now, nextUpdate: now + 60).pem
      for text in [foreign, "garbage"] {
        try text.write(toFile: coordinator.directory.revocations, atomically: true, encoding: .utf8)
        let failure = await #expect(throws: FleetError.self) { try await coordinator.start() }
        #expect(failure?.code == .precondition)
      }
      try good.write(toFile: coordinator.directory.revocations, atomically: true, encoding: .utf8)
      try await coordinator.start()
    }
  }

  @Test("a new key comes while it runs; the old is revoked, and a start takes the new")
  func rotation() async throws {
    try await TestCoordinator.with { coordinator in
      let old = try #require(try await list(coordinator, role: "coordinator").first)
      let id = RequestID(from: coordinator.random).description
      for _ in 1...2 {
        _ = try await coordinator.local { client in
          try await Roost_V1_Certificates.Client(wrapping: client).rotateCoordinator(.with { $0.requestID = id })
        }
      }
      let all = try await list(coordinator, role: "coordinator")
      #expect(all.count == 2 && all.first { $0.serial == old.serial }?.revokedAt != nil)
      let serial = try #require(SerialNumber(hex: old.serial))
      #expect(try revocations(coordinator).entry(for: serial) != nil)
      let shown = try Certificate(pem: String(contentsOfFile: coordinator.directory.certificate, encoding: .utf8))
      #expect(all.first { $0.revokedAt == nil }?.serial == shown.serial.hex)
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.revoke(serial: shown.serial.hex) }
      #expect(refusal?.code == .precondition)
      try await coordinator.restart()
      let after = try Certificate(pem: String(contentsOfFile: coordinator.directory.certificate, encoding: .utf8))
      #expect(after.serial == shown.serial)
    }
  }

  @Test("the certificate is renewed in time while it runs, and the old one stays good")
  func renewal() async throws {
    try await TestCoordinator.with(daysAgo: 600) { coordinator in
      await coordinator.stop()
      let store = try FleetStore.open(at: coordinator.directory.database)
      let issuer = CertificateIssuer(
        authorities: try coordinator.directory.authorities(), fleetID: coordinator.fleet.id, clock: coordinator.clock)
      let listen = try ListenAddress(parsing: coordinator.fleet.linkAddress)
      let key = try await CoordinatorKey.load(coordinator.directory, issuer, listen: listen, store: store)
      let rotation = CoordinatorKeyRotation(
        key: key, issuer: issuer, listen: listen, store: store,
        revocations: RevocationLists(
          store: store, issuer: issuer, key: key, directory: coordinator.directory,
          sessions: ConnectedAgents(random: coordinator.random),
          logger: .init(label: "test")),
        clock: coordinator.clock, logger: .init(label: "test"))
      let first = key.pair.certificate.serial
      try await rotation.renewInTime()
      #expect(key.pair.certificate.serial == first)
      coordinator.clock.advance(seconds: CertificateIssuer.coordinatorLifetime / 3 * 2 + 86_400)
      try await rotation.renewInTime()
      #expect(key.pair.certificate.serial != first)
      #expect(try await store.read { try $0.isRevoked(serial: first.hex) } == false)
      let again = try await CoordinatorKey.load(coordinator.directory, issuer, listen: listen, store: store)
      #expect(again.pair.certificate.serial == key.pair.certificate.serial)
      try store.close()
    }
  }

  @Test("only the local socket makes a token for a host's place, if the host is there")
  func rejoinTokens() async throws {
    try await TestCoordinator.with { coordinator in
      _ = try await coordinator.host("h1")
      let ada = try await createOperator(coordinator, "ada")
      let credentials = ClientCredentials(certificatePEM: ada.certificatePem, keyPEM: ada.privateKeyPem)
      let request = Roost_V1_CreateTokenRequest.with {
        $0.requestID = RequestID(from: coordinator.random).description
        $0.name = "h1"
        $0.rejoin = true
      }
      let denied = await #expect(throws: FleetError.self) {
        try await coordinator.call(coordinator.transports.link(credentials)) {
          try await Roost_V1_Hosts.Client(wrapping: $0).createToken(request)
        }
      }
      #expect(denied?.code == .denied)
      let taken = await #expect(throws: FleetError.self) { try await coordinator.token(named: "h1") }
      #expect(taken?.code == .conflict && taken?.hint.contains("--rejoin") == true)
      let nobody = await #expect(throws: FleetError.self) { try await coordinator.token(named: "h9", rejoin: true) }
      #expect(nobody?.code == .notFound)
    }
  }

  @Test("a host that joins again ends its old session; the event names both machines")
  func rejoinCuts() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1")
      _ = try await coordinator.join(
        .sample(
          try await coordinator.token(named: "h1", rejoin: true), key: .generate(), machine: "machine-new",
          host: agent.id.description))
      try await eventually("the old session has ended") { await agent.openConnections == 0 }
      let event = try #require(
        try await coordinator.stored { try $0.events(since: 0, limit: 1000).first { $0.kind == "host.rejoined" } })
      #expect(event.message.contains("machine-of-h1") && event.message.contains("machine-new"))
      #expect(event.actor.hasPrefix("token:"))
    }
  }

  @Test("tokens are listed without their secrets, and a revoked one lets nobody in")
  func tokens() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      let listed = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).listTokens(.init()).tokens
      }
      #expect(listed.map(\.id) == [token.id.description] && listed[0].host == "h1")
      _ = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).revokeToken(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.id = token.id.description
          })
      }
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.join(.sample(token, key: .generate(), machine: "m1"))
      }
      #expect(refusal?.code == .denied && refusal?.message.contains("revoked") == true)
    }
  }

  @Test("a person's open tokens go with the person's certificate, and nobody else's do")
  func tokensOfRevoked() async throws {
    for renews in [false, true] {
      try await TestCoordinator.with { coordinator in
        let ada = try await createOperator(coordinator, "ada")
        let made = try await coordinator.call(
          coordinator.transports.link(ClientCredentials(certificatePEM: ada.certificatePem, keyPEM: ada.privateKeyPem))
        ) {
          try await Roost_V1_Hosts.Client(wrapping: $0).createToken(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.name = "h1"
            })
        }
        let other = try await coordinator.token(named: "h2")
        if renews {
          _ = try await createOperator(coordinator, "ada", renew: true)
        } else {
          _ = try await coordinator.revoke(user: "ada")
        }
        let refusal = await #expect(throws: FleetError.self) {
          try await coordinator.join(.sample(JoinToken(parsing: made.token), key: .generate(), machine: "m1"))
        }
        #expect(refusal?.code == .denied && refusal?.message.contains("revoked") == true)
        _ = try await coordinator.join(.sample(other, key: .generate(), machine: "m2"))
      }
    }
  }

  @Test("no token that was open when a backup was made is good when that is put back")
  func tokensOfBackup() async throws {
    try await TestCoordinator.with { coordinator in
      let token = try await coordinator.token(named: "h1")
      try await coordinator.backup(to: coordinator.backupPath)
      await coordinator.stop()
      _ = try await DatabaseRestorer(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random
      )
      .restore(coordinator.backupPath, movesAside: true)
      try await coordinator.start()
      // Another token keeps the listener open.
      _ = try await coordinator.token(named: "h2")
      let refusal = await #expect(throws: FleetError.self) {
        try await coordinator.join(.sample(token, key: .generate(), machine: "m1"))
      }
      #expect(refusal?.code == .denied && refusal?.message.contains("revoked") == true)
    }
  }

  @Test("a data directory that others may look into is refused")
  func openDirectory() async throws {
    try await TestCoordinator.with { coordinator in
      await coordinator.stop()
      chmod(coordinator.directory.path, 0o750)
      let refusal = await #expect(throws: FleetError.self) { try await coordinator.start() }
      #expect(refusal?.code == .denied && refusal?.hint.contains("chmod 0700") == true)
      chmod(coordinator.directory.path, 0o700)
      try await coordinator.start()
    }
  }
}

import Fleet
import FleetTestKit
import Foundation
import Logging
import PKI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Agent

@Suite("Whom an agent takes for its coordinator")
struct CoordinatorTrustTests {
  private let directory: TemporaryDirectory
  private let state: StateDirectory
  private let clock = ManualClock(.sample)
  private let authority: CertificateAuthority

  init() throws {
    directory = try TemporaryDirectory()
    state = StateDirectory(directory.path)
    authority = try Self.authority(ManualClock(.sample))
  }

  private static func authority(_ clock: ManualClock) throws -> CertificateAuthority {
    try CertificateAuthority.create(
      fleetID: "fleet-1", name: "Roost", now: clock.now().seconds, random: SystemRandom())
  }

  private func coordinator(
    of authority: CertificateAuthority, hosts: [String] = ["coordinator.roost.internal"]
  ) throws -> Certificate {
    try authority.issue(
      CertificateRequest.create(key: .generate(), commonName: "c"),
      profile: .coordinator(fleetID: "fleet-1", id: "fleet-1", hosts: hosts), now: clock.now().seconds,
      lifetimeSeconds: 3600)
  }

  private func list(_ serials: [SerialNumber], number: Int64, by authority: CertificateAuthority) throws -> [UInt8] {
    let now = clock.now().seconds
    return try authority.revocationList(
      entries: serials.map { RevokedCertificate(serial: $0, revokedAt: now) }, number: number, now: now,
      nextUpdate: now + 3600
    ).der
  }

  private func verification(_ trust: CoordinatorTrust) -> CoordinatorVerification {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return CoordinatorVerification(
      authorities: [authority.certificate], name: "coordinator.roost.internal", fleetID: "fleet-1", trust: trust,
      wall: clock, logger: logger)
  }

  @Test("a revoked coordinator is refused at once, and by the next agent too")
  func revoked() throws {
    let stolen = try coordinator(of: authority)
    let trust = try CoordinatorTrust(state)
    let open = verification(trust)
    try open.check(stolen)
    #expect(throws: FleetError.self) {
      try open.hear(list([stolen.serial], number: 2, by: authority))
    }
    #expect(throws: FleetError.self) { try verification(trust).check(stolen) }
    #expect(throws: FleetError.self) { try verification(CoordinatorTrust(state)).check(stolen) }
    try verification(trust).check(coordinator(of: authority))
  }

  @Test("an older list, a foreign one and garbage take nothing back")
  func replayed() throws {
    let stolen = try coordinator(of: authority)
    let trust = try CoordinatorTrust(state)
    try trust.hear(list([stolen.serial], number: 7, by: authority), from: [authority.certificate])
    try trust.hear(list([], number: 6, by: authority), from: [authority.certificate])
    try trust.hear([], from: [authority.certificate])
    let other = try Self.authority(clock)
    #expect(throws: FleetError.self) {
      try trust.hear(list([], number: 9, by: other), from: [authority.certificate])
    }
    #expect(throws: FleetError.self) { try trust.hear([1, 2, 3], from: [authority.certificate]) }
    #expect(trust.isRevoked(stolen.serial))
    #expect(try CoordinatorTrust(state).isRevoked(stolen.serial))
  }

  @Test("another authority's coordinator, a host or another name is not taken for it")
  func impostors() throws {
    let check = verification(try CoordinatorTrust(state))
    #expect(throws: (any Error).self) { try check.check(coordinator(of: Self.authority(clock))) }
    #expect(throws: (any Error).self) { try check.check(coordinator(of: authority, hosts: ["example.org"])) }
    let host = try authority.issue(
      CertificateRequest.create(key: .generate(), commonName: "h1"),
      profile: CertificateProfile(
        identity: FleetIdentity(fleetID: "fleet-1", role: .agent, id: "h1"),
        dnsNames: ["coordinator.roost.internal"]), now: clock.now().seconds, lifetimeSeconds: 3600)
    #expect(throws: (any Error).self) { try check.check(host) }
    let good = try coordinator(of: authority)
    clock.advance(seconds: 3601)
    #expect(throws: (any Error).self) { try check.check(good) }
  }

  @Test("a damaged list keeps the agent from starting, and says how to get another")
  func damaged() throws {
    try Data("garbage".utf8).write(to: URL(filePath: "\(directory.path)/\(CoordinatorTrust.file)"))
    let failure = #expect(throws: FleetError.self) { try CoordinatorTrust(state) }
    #expect(failure?.hint.contains("roost-agent join -") == true)
  }

  private func told(
    _ authority: CertificateAuthority, by endorser: CertificateAuthority? = nil
  ) throws -> Roost_V1_TrustedAuthority {
    let word = try endorser?.endorse(authority, now: clock.now().seconds).der ?? []
    return .with {
      $0.certificate = Data(authority.certificate.der)
      $0.endorsement = Data(word)
    }
  }

  @Test("a new authority is trusted if the one that is trusted has endorsed it")
  func succession() throws {
    let open = verification(try CoordinatorTrust(state))
    try open.check(coordinator(of: authority))
    let (successor, rogue) = (try authority.successor(now: clock.now().seconds), try Self.authority(clock))
    #expect(open.hear([Roost_V1_TrustedAuthority]()) == nil)
    #expect(try open.hear([told(authority)]) == nil)
    #expect(
      try open.hear([told(authority), told(successor, by: authority)])
        == [authority.certificate, successor.certificate])
    // By the coordinator's key alone, by an authority that is not trusted, too many, one twice, or garbage.
    for lie in [
      [try told(authority), try told(rogue)], [try told(authority), try told(rogue, by: rogue)], [try told(rogue)],
      [try told(authority), try told(successor, by: authority), try told(successor, by: authority)],
      [try told(authority), try told(authority)], [.with { $0.certificate = Data([1, 2, 3]) }],
    ] {
      #expect(open.hear(lie) == nil)
    }
  }

  @Test("the old authority stays until the coordinator shows a certificate of the new one")
  func ending() throws {
    let successor = try authority.successor(now: clock.now().seconds)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let both = CoordinatorVerification(
      authorities: [authority.certificate, successor.certificate], name: "coordinator.roost.internal",
      fleetID: "fleet-1", trust: try CoordinatorTrust(state), wall: clock, logger: logger)
    try both.check(coordinator(of: authority))
    #expect(try both.hear([told(successor)]) == nil)
    try both.check(coordinator(of: successor))
    #expect(try both.hear([told(successor)]) == [successor.certificate])
  }

  @Test("the authorities that are kept are those that the next connection trusts")
  func kept() throws {
    let successor = try authority.successor(now: clock.now().seconds)
    let key = try PrivateKey.generate()
    let certificate = try authority.issue(
      CertificateRequest.create(key: key, commonName: "h"),
      profile: CertificateProfile(identity: FleetIdentity(fleetID: "fleet-1", role: .agent, id: "host-1")),
      now: clock.now().seconds, lifetimeSeconds: 3600)
    try Credentials(keyPEM: key.pem(), certificate: certificate, authorities: [authority.certificate]).write(to: state)
    #expect(try Credentials(from: state)?.isOfNewestAuthority == true)
    try Credentials.trust([authority.certificate, successor.certificate], in: state)
    let read = try #require(try Credentials(from: state))
    #expect(read.authorities == [authority.certificate, successor.certificate] && !read.isOfNewestAuthority)
  }
}

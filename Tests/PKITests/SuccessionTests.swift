import PKI
import Testing

@Suite("An authority that follows another")
struct SuccessionTests {
  private let now: Int64 = 1_800_000_000
  private let present: CertificateAuthority
  private let successor: CertificateAuthority

  init() throws {
    present = try CertificateAuthority.create(fleetID: "fleet-1", name: "Roost a", now: now, random: SystemRandom())
    successor = try present.successor(now: now)
  }

  @Test("it has the fleet and the name of the one before, and another key")
  func same() throws {
    #expect(successor.fleetID == "fleet-1" && successor.certificate.commonName == "Roost a")
    #expect(!present.key.matches(successor.certificate))
    #expect(throws: PKIError.self) { try successor.certificate.verify(issuedBy: present.certificate) }
  }

  @Test("who trusts the one before can trust it by the endorsement, and by nothing else")
  func endorsed() throws {
    let word = try present.endorse(successor, now: now)
    try successor.certificate.verify(endorsedIn: word, by: present.certificate, at: now)
    // For another key, by another authority, at another time, or the other way round.
    let third = try present.successor(now: now)
    #expect(throws: PKIError.self) {
      try third.certificate.verify(endorsedIn: word, by: present.certificate, at: now)
    }
    #expect(throws: PKIError.self) {
      try successor.certificate.verify(endorsedIn: word, by: third.certificate, at: now)
    }
    #expect(throws: PKIError.self) {
      try successor.certificate.verify(
        endorsedIn: third.endorse(successor, now: now), by: present.certificate, at: now)
    }
    for moment in [now - 3_600, present.certificate.notAfter + 1] {
      #expect(throws: PKIError.self) {
        try successor.certificate.verify(endorsedIn: word, by: present.certificate, at: moment)
      }
    }
  }

  @Test("another fleet's authority is not endorsed, nor believed")
  func foreign() throws {
    let other = try CertificateAuthority.create(fleetID: "fleet-2", name: "Roost b", now: now, random: SystemRandom())
    #expect(throws: PKIError.self) { try present.endorse(other, now: now) }
    let word = try present.endorse(successor, now: now)
    #expect(throws: PKIError.self) { try other.certificate.verify(endorsedIn: word, by: present.certificate, at: now) }
  }

  @Test("an endorsement lets nobody stand between an authority and a certificate")
  func noIntermediate() throws {
    let leaf = try successor.issue(
      CertificateRequest.create(key: .generate(), commonName: "c"),
      profile: .coordinator(fleetID: "fleet-1", id: "fleet-1", hosts: ["a"]), now: now, lifetimeSeconds: 60)
    try leaf.verify(chainTo: successor.certificate, at: now, purpose: .server)
    #expect(throws: PKIError.self) { try leaf.verify(chainTo: present.certificate, at: now, purpose: .server) }
  }

  @Test("a bundle holds one certificate or a few, and nothing else")
  func bundle() throws {
    let pem = [present, successor].map(\.certificate.pem)
    #expect(try Certificate.bundle(pem: pem.joined()) == [present.certificate, successor.certificate])
    #expect(try Certificate.bundle(pem: pem[0]) == [present.certificate])
    let key = try present.key.pem()
    for text in ["", "garbage", pem[0] + key, String(repeating: pem[0], count: Certificate.bundleLimit + 1)] {
      #expect(throws: PKIError.self) { try Certificate.bundle(pem: text) }
    }
    #expect(throws: PKIError.self) { try Certificate(pem: pem.joined()) }
  }
}

import PKI
import Testing

@Suite("verification")
struct VerificationTests {
  @Test("a certificate is good from its first to its last moment and not beyond")
  func times() throws {
    let fleet = try TestFleet()
    let certificate = try fleet.issue(.agent, lifetimeSeconds: 3600)
    func verifying(at seconds: Int64) -> PKIError.Code? {
      code { try certificate.verify(chainTo: fleet.authority.certificate, at: seconds, purpose: .client) }
    }
    #expect(verifying(at: certificate.notBefore - 1) == .notYetValid)
    #expect(verifying(at: certificate.notBefore) == nil)
    #expect(verifying(at: TestFleet.now) == nil)
    #expect(verifying(at: certificate.notAfter - 1) == nil)
    #expect(verifying(at: certificate.notAfter + 1) == .expired)
    #expect(verifying(at: .max) == .expired)
    #expect(verifying(at: .min) == .notYetValid)
  }

  @Test(
    "roles are good for their purposes alone",
    arguments: [
      (FleetIdentity.Role.coordinator, CertificatePurpose.server, PKIError.Code?.none),
      (.coordinator, .client, nil), (.agent, .server, nil), (.agent, .client, nil), (.operator, .client, nil),
      (.operator, .server, .wrongPurpose),
    ])
  func purposes(role: FleetIdentity.Role, purpose: CertificatePurpose, expected: PKIError.Code?) throws {
    let fleet = try TestFleet()
    let certificate = try fleet.issue(role)
    #expect(
      code { try certificate.verify(chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: purpose) }
        == expected)
  }

  @Test("another authority of the same name and fleet vouches for nothing")
  func otherAuthority() throws {
    let (fleet, impostor, other) = (try TestFleet("f1"), try TestFleet("f1"), try TestFleet("f2"))
    let certificate = try fleet.issue(.agent)
    for authority in [impostor, other].map(\.authority.certificate) {
      #expect(throws: PKIError.self) {
        try certificate.verify(chainTo: authority, at: TestFleet.now, purpose: .client)
      }
      #expect(throws: PKIError.self) { try certificate.verify(issuedBy: authority) }
    }
    #expect(throws: Never.self) { try certificate.verify(issuedBy: fleet.authority.certificate) }
  }

  @Test("a leaf is no authority and an authority is no leaf")
  func kinds() throws {
    let fleet = try TestFleet()
    let (leaf, root) = (try fleet.issue(.agent), fleet.authority.certificate)
    #expect(code { try leaf.verify(chainTo: leaf, at: TestFleet.now, purpose: .client) } == .notAuthority)
    #expect(code { try leaf.verify(issuedBy: leaf) } == .notAuthority)
    #expect(code { try root.verify(chainTo: root, at: TestFleet.now, purpose: .client) } == .wrongPurpose)
  }

  @Test("an agent can't use its key to make certificates of its own")
  func leafAsIssuer() throws {
    let fleet = try TestFleet()
    let key = try PrivateKey.generate()
    let leaf = try fleet.authority.issue(
      CertificateRequest.create(key: key, commonName: "h1"),
      profile: CertificateProfile(identity: fleet.identity(.agent, "h1")), now: TestFleet.now, lifetimeSeconds: 3600)
    #expect(
      code { _ = try CertificateAuthority(certificate: leaf, key: key, random: SystemRandom()) } == .notAuthority)
  }

  @Test("a certificate with one altered bit anywhere is refused")
  func altered() throws {
    let fleet = try TestFleet()
    let original = try fleet.issue(.agent, dnsNames: ["h1"]).der
    for place in original.indices {
      for bit in [UInt8(0x01), 0x20] {
        var bytes = original
        bytes[place] ^= bit
        #expect(throws: PKIError.self, "byte \(place)") {
          try Certificate(der: bytes).verify(
            chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: .client)
        }
      }
    }
  }

  @Test("damaged certificates never crash and never pass unless they are the original")
  func mutations() throws {
    let fleet = try TestFleet()
    let original = try fleet.issue(.agent, dnsNames: ["h1"], ipAddresses: ["192.0.2.7"])
    var random = SeededGenerator(seed: 2)
    for round in 0..<5000 {
      let bytes = random.mutated(original.der)
      let text = String(decoding: random.mutated(Array(original.pem.utf8)), as: UTF8.self)
      for parsed in [try? Certificate(der: bytes), try? Certificate(pem: text)].compactMap({ $0 }) {
        _ = (parsed.fleetIdentity, parsed.renewalTime, parsed.ipAddresses)
        let passes =
          code { try parsed.verify(chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: .client) } == nil
        #expect(!passes || parsed == original, "round \(round)")
      }
    }
  }

  @Test("openssl accepts the chain by its strict rules", .enabled(if: OpenSSLTool.isPresent))
  func opensslAccepts() throws {
    try OpenSSLTool.use { tool in
      let fleet = try TestFleet()
      try tool.write(fleet.authority.certificate.pem, to: "ca.pem")
      for role in FleetIdentity.Role.allCases {
        try tool.write(fleet.issue(role).pem, to: "leaf.pem")
        let answer = try tool.run(
          "verify", "-x509_strict", "-purpose", "sslclient", "-attime", "\(TestFleet.now)", "-CAfile", "ca.pem",
          "leaf.pem")
        #expect(answer.status == 0, "\(answer.output)")
      }
    }
  }
}

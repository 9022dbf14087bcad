import PKI
import Testing

@Suite("the certificate authority")
struct CertificateAuthorityTests {
  @Test("an authority is self-signed, lives ten years, and speaks for its fleet alone")
  func shape() throws {
    let certificate = try TestFleet("f1").authority.certificate
    #expect(certificate.isAuthority)
    #expect(certificate.authorityFleetID == "f1")
    #expect(certificate.fleetIdentity == nil)
    #expect(certificate.commonName == "Roost f1")
    #expect(certificate.notAfter - TestFleet.now == 3650 * TestFleet.day)
    #expect(throws: Never.self) { try certificate.verify(issuedBy: certificate) }
  }

  @Test("an authority survives being saved and loaded, with and without a passphrase")
  func loading() throws {
    let authority = try TestFleet().authority
    let certificatePEM = authority.certificate.pem
    for passphrase in [nil, "secret"] {
      let loaded = try CertificateAuthority(
        certificatePEM: certificatePEM, keyPEM: authority.key.pem(passphrase: passphrase), passphrase: passphrase,
        random: SystemRandom())
      #expect(loaded.fleetID == "f1" && loaded.certificate == authority.certificate)
    }
    let otherKey = try PrivateKey.generate().pem()
    #expect(
      code {
        _ = try CertificateAuthority(certificatePEM: certificatePEM, keyPEM: otherKey, random: SystemRandom())
      } == .keyMismatch)
    let sealed = try authority.key.pem(passphrase: "secret")
    #expect(
      code {
        _ = try CertificateAuthority(
          certificatePEM: certificatePEM, keyPEM: sealed, passphrase: "guess", random: SystemRandom())
      } == .wrongPassphrase)
  }

  @Test(
    "an issued certificate says what the profile says and nothing of what was asked",
    .enabled(if: OpenSSLTool.isPresent))
  func profileWins() throws {
    try OpenSSLTool.use { tool in
      let fleet = try TestFleet()
      let asked = "subjectAltName=URI:urn:roost:f1:coordinator:evil,DNS:evil.example.org"
      try tool.run(
        "req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "key.pem",
        "-subj", "/O=f1/OU=coordinator/CN=evil", "-addext", asked, "-addext", "basicConstraints=critical,CA:TRUE",
        "-out", "csr.pem")
      let request = try CertificateRequest(pem: tool.read("csr.pem"))
      let certificate = try fleet.authority.issue(
        request, profile: CertificateProfile(identity: fleet.identity(.agent, "h1")), now: TestFleet.now,
        lifetimeSeconds: 3600)
      #expect(try PrivateKey(pem: tool.read("key.pem")).matches(certificate))
      #expect(certificate.fleetIdentity == (try fleet.identity(.agent, "h1")))
      #expect(certificate.uris.count == 1 && certificate.dnsNames.isEmpty && !certificate.isAuthority)
      try tool.write(certificate.pem, to: "cert.pem")
      let text = try tool.run("x509", "-in", "cert.pem", "-noout", "-text").output
      #expect(!text.contains("evil"), "\(text)")
      #expect(text.contains("Subject: O = f1, OU = agent, CN = h1"), "\(text)")
    }
  }

  @Test("certificates carry what strict TLS libraries look for", .enabled(if: OpenSSLTool.isPresent))
  func extensions() throws {
    try OpenSSLTool.use { tool in
      let fleet = try TestFleet()
      try tool.write(fleet.authority.certificate.pem, to: "ca.pem")
      let root = try tool.run("x509", "-in", "ca.pem", "-noout", "-text").output
      for wanted in [
        "Basic Constraints: critical\n                CA:TRUE, pathlen:0", "Key Usage: critical",
        "Certificate Sign, CRL Sign", "Subject Key Identifier", "Authority Key Identifier",
      ] {
        #expect(root.contains(wanted), "\(wanted) in \(root)")
      }
      try tool.write(fleet.issue(.coordinator).pem, to: "leaf.pem")
      let leaf = try tool.run("x509", "-in", "leaf.pem", "-noout", "-text").output
      for wanted in [
        "Basic Constraints: critical\n                CA:FALSE", "Digital Signature", "Subject Key Identifier",
        "Authority Key Identifier", "TLS Web Server Authentication, TLS Web Client Authentication", "Version: 3",
      ] {
        #expect(leaf.contains(wanted), "\(wanted) in \(leaf)")
      }
      try tool.write(fleet.issue(.operator, "alice").pem, to: "operator.pem")
      let user = try tool.run("x509", "-in", "operator.pem", "-noout", "-text").output
      #expect(user.contains("TLS Web Client Authentication") && !user.contains("TLS Web Server"), "\(user)")
    }
  }

  @Test("the coordinator is good for its own name, localhost and the hosts it was given")
  func coordinatorNames() throws {
    let fleet = try TestFleet()
    let profile = try CertificateProfile.coordinator(
      fleetID: "f1", id: "c1", hosts: ["roost.example.org", "192.0.2.1", "localhost", "::1", "192.0.2.1"])
    let certificate = try fleet.authority.issue(
      CertificateRequest.create(key: .generate(), commonName: "x"), profile: profile, now: TestFleet.now,
      lifetimeSeconds: 3600)
    #expect(certificate.dnsNames == ["coordinator.f1.roost.internal", "localhost", "roost.example.org"])
    #expect(certificate.ipAddresses == ["192.0.2.1", "::1"])
    #expect(FleetIdentity.coordinatorHostName(fleetID: "f1") == certificate.dnsNames.first)
  }

  @Test(
    "names that are no names are refused",
    arguments: [
      "", ".", "a..b", "-a", "a-", "a_b", "*.example.org", "a b", "a,DNS:b", "a\0b", "é.example.org", "1.2.3",
      "1.2.3.4.5", "300.1.1.1", "fe80::1%eth0", String(repeating: "a", count: 64),
      String(repeating: "a.", count: 127), "a\n",
    ])
  func badHostNames(name: String) throws {
    let identity = try FleetIdentity(fleetID: "f1", role: .agent, id: "h1")
    #expect(code { _ = try CertificateProfile(identity: identity, dnsNames: [name]) } == .invalidValue)
    #expect(code { _ = try CertificateProfile(identity: identity, ipAddresses: [name]) } == .invalidValue)
    #expect(code { _ = try CertificateProfile.coordinator(fleetID: "f1", id: "c1", hosts: [name]) } == .invalidValue)
  }

  @Test("names and addresses mixed up, too many, or for an operator are refused")
  func profileRules() throws {
    let agent = try FleetIdentity(fleetID: "f1", role: .agent, id: "h1")
    let user = try FleetIdentity(fleetID: "f1", role: .operator, id: "alice")
    #expect(code { _ = try CertificateProfile(identity: agent, dnsNames: ["192.0.2.1"]) } == .invalidValue)
    #expect(code { _ = try CertificateProfile(identity: agent, ipAddresses: ["h1"]) } == .invalidValue)
    #expect(code { _ = try CertificateProfile(identity: user, dnsNames: ["h1"]) } == .invalidValue)
    let many = (0..<65).map { "h\($0)" }
    #expect(code { _ = try CertificateProfile(identity: agent, dnsNames: many) } == .invalidValue)
    #expect(code { _ = try CertificateProfile(identity: agent, dnsNames: many.dropLast()) } == nil)
  }

  @Test("an authority issues for its own fleet and time, and for no key of its own")
  func issuingRules() throws {
    let fleet = try TestFleet()
    let request = try CertificateRequest.create(key: .generate(), commonName: "x")
    let profile = try CertificateProfile(identity: fleet.identity(.agent, "h1"))
    let foreign = try CertificateProfile(identity: FleetIdentity(fleetID: "f2", role: .agent, id: "h1"))
    func issuing(
      _ request: CertificateRequest, _ profile: CertificateProfile, now: Int64 = TestFleet.now, life: Int64 = 60
    ) -> PKIError.Code? {
      code { _ = try fleet.authority.issue(request, profile: profile, now: now, lifetimeSeconds: life) }
    }
    #expect(issuing(request, profile) == nil)
    #expect(issuing(request, foreign) == .invalidValue)
    #expect(issuing(request, profile, now: fleet.authority.certificate.notAfter + 1) == .expired)
    #expect(issuing(request, profile, now: 0) == .notYetValid)
    for (now, life) in [(TestFleet.now, 0), (TestFleet.now, -1), (TestFleet.now, .max)] as [(Int64, Int64)] {
      #expect(issuing(request, profile, now: now, life: life) == .invalidValue)
    }
    #expect(issuing(request, profile, now: .max) == .expired)
    #expect(issuing(request, profile, now: .min) == .notYetValid)
    let own = try CertificateRequest.create(key: fleet.authority.key, commonName: "x")
    #expect(issuing(own, profile) == .unsupportedKey)
  }

  @Test("no certificate outlives its authority")
  func outliving() throws {
    let fleet = try TestFleet()
    let certificate = try fleet.issue(.agent, lifetimeSeconds: 20 * 365 * TestFleet.day)
    #expect(certificate.notAfter == fleet.authority.certificate.notAfter)
  }

  @Test("serial numbers have 16 octets and never repeat")
  func serials() throws {
    let fleet = try TestFleet()
    let request = try CertificateRequest.create(key: .generate(), commonName: "x")
    let profile = try CertificateProfile(identity: fleet.identity(.agent, "h1"))
    let serials = try (0..<200).map { _ in
      try fleet.authority.issue(request, profile: profile, now: TestFleet.now, lifetimeSeconds: 60).serial
    }
    #expect(Set(serials).count == 200)
    #expect(serials.allSatisfy { $0.bytes.count == 16 && $0.hex.count == 32 })
  }

  @Test("times at the edges of the calendar neither trap nor wrap")
  func calendar() {
    for now in [Int64.min, -1, 253_402_300_800, Int64.max] {
      #expect(
        code { _ = try CertificateAuthority.create(fleetID: "f1", name: "x", now: now, random: SystemRandom()) }
          == .invalidValue)
    }
    #expect(
      code { _ = try CertificateAuthority.create(fleetID: "f1", name: "x", now: 0, random: SystemRandom()) } == nil)
  }

  @Test("one authority issues from many tasks at once")
  func concurrency() async throws {
    let fleet = try TestFleet()
    let request = try CertificateRequest.create(key: .generate(), commonName: "x")
    try await withThrowingTaskGroup(of: Certificate.self) { group in
      for number in 0..<64 {
        group.addTask {
          try fleet.authority.issue(
            request, profile: CertificateProfile(identity: fleet.identity(.agent, "h\(number)")), now: TestFleet.now,
            lifetimeSeconds: 60)
        }
      }
      var seen: Set<String> = []
      for try await certificate in group {
        try certificate.verify(chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: .server)
        seen.insert(certificate.fleetIdentity?.id ?? "")
      }
      #expect(seen.count == 64)
    }
  }
}

import PKI
import Testing

@Suite("certificates")
struct CertificateTests {
  @Test("a certificate survives DER and PEM with all it says")
  func roundTrip() throws {
    let certificate = try TestFleet().issue(
      .agent, "h1", dnsNames: ["h1.example.org", "h1"], ipAddresses: ["192.0.2.7", "2001:db8::7"])
    for again in [try Certificate(der: certificate.der), try Certificate(pem: certificate.pem)] {
      #expect(again == certificate)
      #expect(again.fingerprint == certificate.fingerprint)
      #expect(again.serial == certificate.serial)
      #expect(again.commonName == "h1")
      #expect(again.uris == ["urn:roost:f1:agent:h1"])
      #expect(again.dnsNames == ["h1.example.org", "h1"])
      #expect(again.ipAddresses == ["192.0.2.7", "2001:db8::7"])
      #expect(!again.isAuthority)
    }
  }

  @Test("a certificate is to be renewed after two thirds of its life")
  func renewal() throws {
    let fleet = try TestFleet()
    let certificate = try fleet.issue(.agent, lifetimeSeconds: 3000)
    #expect(certificate.notBefore == TestFleet.now - 300)
    #expect(certificate.notAfter == TestFleet.now + 3000)
    #expect(certificate.renewalTime == TestFleet.now - 300 + 2200)
    let odd = try fleet.issue(.agent, lifetimeSeconds: 3001)
    #expect(odd.renewalTime == odd.notBefore + 3301 * 2 / 3)
  }

  @Test("texts around a PEM block are passed over")
  func textsAround() throws {
    let certificate = try TestFleet().issue(.agent)
    #expect(try Certificate(pem: "Certificate:\n  Data\n\(certificate.pem)\nthe end\n") == certificate)
    let lines = certificate.pem.split(separator: "\n")
    #expect(try Certificate(pem: lines.joined(separator: "\r\n") + "\r\n") == certificate)
  }

  @Test("inputs of the wrong shape are refused by their kind")
  func shapes() throws {
    let certificate = try TestFleet().issue(.agent)
    #expect(code { _ = try Certificate(der: []) } == .malformed)
    #expect(code { _ = try Certificate(der: certificate.der + certificate.der) } == .malformed)
    #expect(code { _ = try Certificate(pem: certificate.pem + certificate.pem) } == .malformed)
    let request = try CertificateRequest.create(key: .generate(), commonName: "x")
    #expect(code { _ = try Certificate(pem: request.pem) } == .malformed)
    #expect(code { _ = try Certificate(pem: String(repeating: "-----BEGIN ", count: 1000)) } == .malformed)
    #expect(code { _ = try Certificate(der: Array(repeating: 0, count: 65_537)) } == .tooLarge)
    #expect(code { _ = try Certificate(pem: String(repeating: "\n", count: 200_000)) } == .tooLarge)
    for length in certificate.der.indices {
      #expect(code { _ = try Certificate(der: Array(certificate.der.prefix(length))) } == .malformed)
    }
  }

  @Test("an encrypted PEM block is refused and nobody is asked for a passphrase")
  func encryptedBlock() throws {
    let header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"
    let lines = try TestFleet().issue(.agent).pem.split(separator: "\n", maxSplits: 1)
    #expect(code { _ = try Certificate(pem: "\(lines[0])\n\(header)\(lines[1])") } == .malformed)
  }

  @Test("the fingerprint and the serial are openssl's", .enabled(if: OpenSSLTool.isPresent))
  func opensslAgrees() throws {
    try OpenSSLTool.use { tool in
      let certificate = try TestFleet().issue(.agent)
      try tool.write(certificate.der, to: "cert.der")
      let answer = try tool.run(
        "x509", "-in", "cert.der", "-inform", "DER", "-noout", "-fingerprint", "-sha256",
        "-serial")
      let text = answer.output.replacing(":", with: "").lowercased()
      #expect(text.contains("fingerprint=\(certificate.fingerprint)\n"), "\(answer.output)")
      #expect(text.contains("serial=\(certificate.serial)\n"), "\(answer.output)")
    }
  }

  @Test("serial numbers are read strictly")
  func serials() throws {
    #expect(SerialNumber(hex: "00ff")?.hex == "ff")
    #expect(SerialNumber(hex: "0A")?.hex == "0a")
    for bad in ["", "0", "00", "f", "-1", "0x12", "gg", String(repeating: "11", count: 21)] {
      #expect(SerialNumber(hex: bad) == nil, "\(bad)")
    }
  }

  @Test("parsing and freeing many objects leaves no memory behind")
  func leaks() throws {
    let fleet = try TestFleet()
    let certificate = try fleet.issue(.agent, dnsNames: ["h1"], ipAddresses: ["192.0.2.7"])
    let request = try CertificateRequest.create(key: .generate(), commonName: "h1")
    let list = try fleet.authority.revocationList(
      entries: [RevokedCertificate(serial: certificate.serial, revokedAt: TestFleet.now, reason: .superseded)],
      number: 1, now: TestFleet.now, nextUpdate: TestFleet.now + 60)
    let damaged = Array(certificate.der.dropLast())
    // Other tests run beside this one, so one calm round is enough; a leak shows in every round.
    var growths: [Int] = []
    while growths.count < 30, (growths.last ?? .max) >= 256 * 1024 {
      growths.append(
        try MemoryUse.growth {
          for _ in 0..<1000 {
            _ = try Certificate(pem: certificate.pem).serial
            _ = try CertificateRequest(der: request.der).commonName
            _ = try RevocationList(der: list.der).entries
            _ = try? Certificate(der: damaged)
            try certificate.verify(chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: .client)
          }
          for _ in 0..<50 { _ = try fleet.issue(.operator, "alice") }
        })
    }
    #expect((growths.last ?? .max) < 256 * 1024, "bytes kept per round: \(growths)")
  }
}

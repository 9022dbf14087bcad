import PKI
import Testing

@Suite("certificate requests")
struct CertificateRequestTests {
  @Test("a request survives DER and PEM and belongs to its key alone")
  func roundTrip() throws {
    let key = try PrivateKey.generate()
    let request = try CertificateRequest.create(key: key, commonName: "h1")
    #expect(request.commonName == "h1")
    #expect(try CertificateRequest(der: request.der).der == request.der)
    #expect(try CertificateRequest(pem: request.pem).der == request.der)
    #expect(key.matches(request))
    #expect(try !PrivateKey.generate().matches(request))
  }

  @Test("a request with one altered bit anywhere is refused")
  func altered() throws {
    let original = try CertificateRequest.create(key: .generate(), commonName: "h1").der
    for place in original.indices {
      var bytes = original
      bytes[place] ^= 0x04
      #expect(throws: PKIError.self, "byte \(place)") { _ = try CertificateRequest(der: bytes) }
    }
  }

  @Test("a request whose signature is altered says so")
  func alteredSignature() throws {
    var bytes = try CertificateRequest.create(key: .generate(), commonName: "h1").der
    bytes[bytes.count - 1] ^= 1
    #expect(code { _ = try CertificateRequest(der: bytes) } == .badSignature)
  }

  @Test(
    "a name that is empty, long or holds control characters is refused",
    arguments: [
      "", String(repeating: "n", count: 65), "a\nb", "a\0b", "\u{7f}",
    ])
  func badNames(name: String) throws {
    let key = try PrivateKey.generate()
    #expect(code { _ = try CertificateRequest.create(key: key, commonName: name) } == .invalidValue)
  }

  @Test("empty, short, long and doubled inputs are refused by their kind")
  func shapes() throws {
    let request = try CertificateRequest.create(key: .generate(), commonName: "h1")
    #expect(code { _ = try CertificateRequest(der: []) } == .malformed)
    #expect(code { _ = try CertificateRequest(der: request.der.dropLast()) } == .malformed)
    #expect(code { _ = try CertificateRequest(der: request.der + [0]) } == .malformed)
    #expect(code { _ = try CertificateRequest(pem: "") } == .malformed)
    #expect(code { _ = try CertificateRequest(pem: String(request.pem.dropLast(30))) } == .malformed)
    #expect(code { _ = try CertificateRequest(pem: request.pem + request.pem) } == .malformed)
    #expect(code { _ = try CertificateRequest(pem: PrivateKey.generate().pem()) } == .malformed)
    #expect(code { _ = try CertificateRequest(der: Array(repeating: 0x30, count: 65_537)) } == .tooLarge)
    #expect(code { _ = try CertificateRequest(pem: String(repeating: "A", count: 131_073)) } == .tooLarge)
  }

  @Test("damaged requests never crash and never pass unless they are the original")
  func mutations() throws {
    let request = try CertificateRequest.create(key: .generate(), commonName: "h1")
    var random = SeededGenerator(seed: 7)
    for round in 0..<3000 {
      if let parsed = try? CertificateRequest(der: random.mutated(request.der)) {
        #expect(parsed.der == request.der, "round \(round)")
      }
      let text = String(decoding: random.mutated(Array(request.pem.utf8)), as: UTF8.self)
      if let parsed = try? CertificateRequest(pem: text) {
        #expect(parsed.der == request.der, "round \(round)")
      }
    }
  }

  @Test(
    "requests by openssl are taken or refused by their keys and digests", .enabled(if: OpenSSLTool.isPresent),
    arguments: [
      (["rsa:2048"], nil), (["rsa:1024"], PKIError.Code.weakKey), (["ed25519"], nil),
      (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], nil), (["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], nil),
      (["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], .unsupportedKey),
      (["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"], .unsupportedKey),
      (["rsa:2048", "-sha1"], .weakKey), (["rsa:2048", "-sha384"], nil),
    ] as [([String], PKIError.Code?)])
  func foreign(options: [String], expected: PKIError.Code?) throws {
    try OpenSSLTool.use { tool in
      let made = try tool.run(
        ["req", "-new", "-nodes", "-subj", "/CN=h1", "-keyout", "key.pem", "-out", "csr.pem", "-newkey"] + options)
      #expect(made.status == 0, "\(made.output)")
      let text = try tool.read("csr.pem")
      #expect(code { _ = try CertificateRequest(pem: text) } == expected)
    }
  }

  @Test("openssl verifies a request of ours", .enabled(if: OpenSSLTool.isPresent))
  func opensslVerifies() throws {
    try OpenSSLTool.use { tool in
      try tool.write(CertificateRequest.create(key: .generate(), commonName: "h1").pem, to: "csr.pem")
      let answer = try tool.run("req", "-in", "csr.pem", "-verify", "-noout", "-subject")
      #expect(answer.status == 0 && answer.output.contains("CN = h1"), "\(answer.output)")
    }
  }

  @Test("a request is for a certificate's key, signed anew or not, and for no other")
  func sameKey() throws {
    let fleet = try TestFleet()
    let key = try PrivateKey.generate()
    let profile = try CertificateProfile(identity: fleet.identity(.agent, "h1"))
    let certificate = try fleet.authority.issue(
      CertificateRequest.create(key: key, commonName: "h1"), profile: profile, now: TestFleet.now,
      lifetimeSeconds: TestFleet.day)
    #expect(try CertificateRequest.create(key: key, commonName: "another").isForKey(of: certificate))
    #expect(try !CertificateRequest.create(key: .generate(), commonName: "h1").isForKey(of: certificate))
  }
}

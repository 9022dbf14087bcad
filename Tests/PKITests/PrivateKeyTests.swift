import PKI
import Testing

@Suite("private keys")
struct PrivateKeyTests {
  @Test("a key survives being saved and loaded, plain and encrypted")
  func roundTrip() throws {
    let key = try PrivateKey.generate()
    let plain = try key.pem()
    #expect(plain.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    #expect(try PrivateKey(pem: plain).matches(key))
    let sealed = try key.pem(passphrase: "brütend")
    #expect(sealed.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
    #expect(try PrivateKey(pem: sealed, passphrase: "brütend").matches(key))
    #expect(try !PrivateKey.generate().matches(key))
  }

  @Test("an encrypted key stays shut without its passphrase")
  func wrongPassphrase() throws {
    let sealed = try PrivateKey.generate().pem(passphrase: "right")
    #expect(code { _ = try PrivateKey(pem: sealed, passphrase: "wrong") } == .wrongPassphrase)
    #expect(code { _ = try PrivateKey(pem: sealed) } == .passphraseNeeded)
    #expect(code { _ = try PrivateKey(pem: sealed, passphrase: "") } == .invalidValue)
    #expect(code { _ = try PrivateKey(pem: sealed, passphrase: String(repeating: "x", count: 1024)) } == .invalidValue)
  }

  @Test("a passphrase of the greatest length works, and none longer is taken")
  func longPassphrase() throws {
    let key = try PrivateKey.generate()
    let longest = String(repeating: "x", count: 1023)
    #expect(try PrivateKey(pem: key.pem(passphrase: longest), passphrase: longest).matches(key))
    #expect(code { _ = try key.pem(passphrase: longest + "x") } == .invalidValue)
  }

  @Test(
    "text that is no key is refused",
    arguments: [
      "", "x", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\0\0\0",
    ])
  func garbage(text: String) {
    #expect(code { _ = try PrivateKey(pem: text) } == .malformed)
  }

  @Test("a text larger than 64 KiB is refused before it is read")
  func huge() throws {
    let text = try PrivateKey.generate().pem() + String(repeating: "\n", count: 65_536)
    #expect(code { _ = try PrivateKey(pem: text) } == .tooLarge)
  }

  @Test("a damaged key text never crashes and never yields the key")
  func mutations() throws {
    let key = try PrivateKey.generate()
    let original = Array(try key.pem().utf8)
    var random = SeededGenerator(seed: 11)
    for _ in 0..<1000 {
      let text = String(decoding: random.mutated(original), as: UTF8.self)
      guard let loaded = try? PrivateKey(pem: text) else { continue }
      // What still loads was damaged outside the key or is a key of its own; using it must be safe.
      #expect(throws: Never.self) { _ = try loaded.pem() }
    }
  }

  @Test("openssl reads an encrypted key and finds AES-256 and PBKDF2 in it", .enabled(if: OpenSSLTool.isPresent))
  func opensslReads() throws {
    try OpenSSLTool.use { tool in
      let key = try PrivateKey.generate()
      try tool.write(key.pem(passphrase: "secret"), to: "key.pem")
      let parameters = try tool.run("asn1parse", "-in", "key.pem").output
      #expect(parameters.contains("aes-256-cbc") && parameters.contains("hmacWithSHA256"))
      try tool.run("pkey", "-in", "key.pem", "-passin", "pass:secret", "-out", "plain.pem")
      #expect(try PrivateKey(pem: tool.read("plain.pem")).matches(key))
    }
  }

  @Test(
    "only keys within the policy are loaded", .enabled(if: OpenSSLTool.isPresent),
    arguments: [
      ("RSA", "rsa_keygen_bits:1024", PKIError.Code.weakKey), ("RSA", "rsa_keygen_bits:2048", nil),
      ("EC", "ec_paramgen_curve:secp256k1", .unsupportedKey), ("EC", "ec_paramgen_curve:P-521", .unsupportedKey),
      ("EC", "ec_paramgen_curve:P-384", nil), ("ED25519", nil, nil), ("ED448", nil, .unsupportedKey),
    ] as [(String, String?, PKIError.Code?)])
  func policy(algorithm: String, option: String?, expected: PKIError.Code?) throws {
    try OpenSSLTool.use { tool in
      let made =
        if let option {
          try tool.run("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", "key.pem")
        } else {
          try tool.run("genpkey", "-algorithm", algorithm, "-out", "key.pem")
        }
      #expect(made.status == 0, "\(made.output)")
      let text = try tool.read("key.pem")
      #expect(code { _ = try PrivateKey(pem: text) } == expected)
    }
  }

  @Test("a key that spells out its curve is refused, though the curve is P-256", .enabled(if: OpenSSLTool.isPresent))
  func explicitCurve() throws {
    try OpenSSLTool.use { tool in
      try tool.run(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit",
        "-out", "key.pem")
      let text = try tool.read("key.pem")
      #expect(code { _ = try PrivateKey(pem: text) } == .unsupportedKey)
    }
  }
}

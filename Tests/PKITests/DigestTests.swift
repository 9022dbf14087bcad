import PKI
import Testing

@Suite("digests and random bytes")
struct DigestTests {
  @Test("the digest of a known text is the standard's")
  func knownAnswer() throws {
    #expect(
      try Digest.sha256(Array("abc".utf8)).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      try Digest.sha256([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("a stream in pieces of any size has the digest of the whole")
  func streaming() throws {
    let whole = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let expected = try Digest.sha256(whole)
    for size in [1, 63, 64, 65, 4096, 99_999] {
      let hasher = try SHA256()
      for start in stride(from: 0, to: whole.count, by: size) {
        try hasher.update(whole[start..<min(start + size, whole.count)])
      }
      #expect(try hasher.digest() == expected)
    }
  }

  @Test("a digest read midway disturbs no stream; collections without storage are taken")
  func midway() throws {
    let hasher = try SHA256()
    try hasher.update("ab".utf8)
    #expect(try hasher.digest() == Digest.sha256("ab".utf8))
    try hasher.update(repeatElement(UInt8(ascii: "c"), count: 1))
    #expect(try hasher.digest() == Digest.sha256("abc".utf8))
  }

  @Test("a digest reads back from hex and refuses any other length or letter")
  func hex() throws {
    let digest = try Digest.sha256("roost".utf8)
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == digest)
    for bad in ["", "00", String(digest.hex.dropLast()), digest.hex + "00", "zz" + digest.hex.dropFirst(2)] {
      #expect(Digest(hex: bad) == nil)
    }
    #expect(Digest(bytes: digest.bytes.dropLast()) == nil)
  }

  @Test("comparison in constant time tells equal from unequal")
  func comparison() {
    #expect(Digest.equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(Digest.equalInConstantTime([], []))
    #expect(!Digest.equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!Digest.equalInConstantTime([1, 2, 3], [1, 2]))
  }

  @Test("random bytes come in the asked number and differ")
  func random() throws {
    let random = SystemRandom()
    #expect(try random.bytes(0).isEmpty)
    #expect(try random.bytes(32).count == 32)
    #expect(try random.bytes(32) != random.bytes(32))
    #expect(throws: PKIError.self) { try random.bytes(-1) }
    #expect(throws: PKIError.self) { try random.bytes(Int.max) }
  }
}

import Testing

@testable import PKI

@Suite("Signing with a key that follows from another")
struct AuthenticationKeyTests {
  @Test("one private key and label give one key, and nothing else gives it")
  func derivation() throws {
    let key = try PrivateKey.generate()
    let bytes = Array("mark".utf8)
    let first = try AuthenticationKey(from: key, label: "a")
    let signature = try first.signature(of: bytes)
    #expect(signature.count == 32)
    #expect(try AuthenticationKey(from: PrivateKey(pem: key.pem()), label: "a").isValid(signature, of: bytes))
    #expect(try !AuthenticationKey(from: key, label: "b").isValid(signature, of: bytes))
    #expect(try !AuthenticationKey(from: .generate(), label: "a").isValid(signature, of: bytes))
    #expect(try !first.isValid(signature, of: bytes + [0]))
    #expect(try !first.isValid(signature.dropLast(), of: bytes))
    #expect(try !first.isValid([], of: []))
  }
}

import PKI
import Testing

@Suite("revocation lists")
struct RevocationListTests {
  private static let later = TestFleet.now + 7 * TestFleet.day

  @Test("a list survives DER and PEM with its number, times, serials and reasons")
  func roundTrip() throws {
    let fleet = try TestFleet()
    let reasons: [RevokedCertificate.Reason] = [.unspecified, .keyCompromise, .superseded, .cessationOfOperation]
    let entries = try reasons.enumerated().map { index, reason in
      RevokedCertificate(
        serial: try fleet.issue(.agent).serial, revokedAt: TestFleet.now - Int64(index), reason: reason)
    }
    let list = try fleet.authority.revocationList(
      entries: entries, number: 41, now: TestFleet.now, nextUpdate: Self.later)
    for again in [list, try RevocationList(pem: list.pem), try RevocationList(der: list.der)] {
      #expect(again.number == 41)
      #expect(again.nextUpdate == Self.later)
      #expect(again.thisUpdate == TestFleet.now - CertificateAuthority.clockSkewSeconds)
      #expect(Set(again.entries) == Set(entries))
      #expect(again.entry(for: entries[1].serial) == entries[1])
      #expect(throws: Never.self) { try again.verify(issuedBy: fleet.authority.certificate) }
    }
    #expect(list.entry(for: fleet.authority.certificate.serial) == nil)
  }

  @Test("a list refuses its certificates alone; a late or foreign list counts for nothing")
  func revocation() throws {
    let (fleet, other) = (try TestFleet(), try TestFleet())
    let (bad, good) = (try fleet.issue(.agent, "h1"), try fleet.issue(.agent, "h2"))
    func list(by fleet: TestFleet) throws -> RevocationList {
      try fleet.authority.revocationList(
        entries: [RevokedCertificate(serial: bad.serial, revokedAt: TestFleet.now, reason: .keyCompromise)],
        number: 1, now: TestFleet.now, nextUpdate: Self.later)
    }
    func verifying(_ certificate: Certificate, _ list: RevocationList, at seconds: Int64) -> PKIError.Code? {
      code {
        try certificate.verify(
          chainTo: fleet.authority.certificate, at: seconds, purpose: .client, revocations: list)
      }
    }
    let ours = try list(by: fleet)
    #expect(verifying(bad, ours, at: TestFleet.now + 1) == .revoked)
    #expect(verifying(good, ours, at: TestFleet.now + 1) == nil)
    #expect(verifying(good, ours, at: Self.later + 1) == .staleRevocationList)
    #expect(verifying(good, try list(by: other), at: TestFleet.now + 1) == .staleRevocationList)
    #expect(throws: PKIError.self) { try list(by: other).verify(issuedBy: fleet.authority.certificate) }
  }

  @Test("an empty list is a list")
  func empty() throws {
    let fleet = try TestFleet()
    let list = try fleet.authority.revocationList(
      entries: [], number: 0, now: TestFleet.now, nextUpdate: Self.later)
    #expect(list.entries.isEmpty && list.number == 0)
    #expect(throws: Never.self) {
      try fleet.issue(.agent).verify(
        chainTo: fleet.authority.certificate, at: TestFleet.now, purpose: .client, revocations: list)
    }
  }

  @Test("times, numbers, reasons and serials that can't be written are refused")
  func rules() throws {
    let authority = try TestFleet().authority
    let serial = authority.certificate.serial
    let line = RevokedCertificate(serial: serial, revokedAt: TestFleet.now)
    func signing(
      _ entries: [RevokedCertificate] = [], number: Int64 = 1, now: Int64 = TestFleet.now, next: Int64 = Self.later
    ) -> PKIError.Code? {
      code { _ = try authority.revocationList(entries: entries, number: number, now: now, nextUpdate: next) }
    }
    #expect(signing([line]) == nil)
    #expect(signing([line, line]) == .invalidValue)
    #expect(signing(number: -1) == .invalidValue)
    #expect(signing(number: .max) == nil)
    #expect(signing(next: TestFleet.now) == .invalidValue)
    #expect(signing(next: .max) == .invalidValue)
    #expect(signing(now: .min) == .invalidValue)
    #expect(signing([RevokedCertificate(serial: serial, revokedAt: -1)]) == .invalidValue)
    for reason in [-1, 7, 8, 11, Int.max] {
      let entry = RevokedCertificate(serial: serial, revokedAt: 0, reason: .init(rawValue: reason))
      #expect(signing([entry]) == .invalidValue)
    }
  }

  @Test("damaged lists never crash and never verify unless they are the original")
  func mutations() throws {
    let fleet = try TestFleet()
    let list = try fleet.authority.revocationList(
      entries: (0..<3).map { _ in
        RevokedCertificate(serial: try fleet.issue(.agent).serial, revokedAt: TestFleet.now, reason: .superseded)
      }, number: 3, now: TestFleet.now, nextUpdate: Self.later)
    var random = SeededGenerator(seed: 5)
    for round in 0..<3000 {
      guard let parsed = try? RevocationList(der: random.mutated(list.der)) else { continue }
      let passes = code { try parsed.verify(issuedBy: fleet.authority.certificate) } == nil
      #expect(!passes || parsed.der == list.der, "round \(round)")
    }
  }

  @Test("openssl verifies the list and refuses what is on it", .enabled(if: OpenSSLTool.isPresent))
  func opensslVerifies() throws {
    try OpenSSLTool.use { tool in
      let fleet = try TestFleet()
      let (bad, good) = (try fleet.issue(.agent, "h1"), try fleet.issue(.agent, "h2"))
      let list = try fleet.authority.revocationList(
        entries: [RevokedCertificate(serial: bad.serial, revokedAt: TestFleet.now, reason: .keyCompromise)],
        number: 9, now: TestFleet.now, nextUpdate: Self.later)
      try tool.write(fleet.authority.certificate.pem, to: "ca.pem")
      try tool.write(list.pem, to: "list.pem")
      try tool.write(bad.pem, to: "bad.pem")
      try tool.write(good.pem, to: "good.pem")
      let shown = try tool.run("crl", "-in", "list.pem", "-CAfile", "ca.pem", "-noout", "-text")
      #expect(shown.status == 0 && shown.output.contains("verify OK"), "\(shown.output)")
      #expect(shown.output.contains("Key Compromise") && shown.output.contains(bad.serial.hex.uppercased()))
      func checking(_ file: String) throws -> OpenSSLTool.Answer {
        try tool.run(
          "verify", "-x509_strict", "-crl_check", "-attime", "\(TestFleet.now)", "-CAfile", "ca.pem", "-CRLfile",
          "list.pem", file)
      }
      #expect(try checking("good.pem").status == 0)
      let refused = try checking("bad.pem")
      #expect(refused.status != 0 && refused.output.contains("certificate revoked"), "\(refused.output)")
    }
  }
}

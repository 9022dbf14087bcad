import PKI
import Testing

@Suite("identities")
struct FleetIdentityTests {
  @Test("an identity reads back from its URI", arguments: FleetIdentity.Role.allCases)
  func roundTrip(role: FleetIdentity.Role) throws {
    let identity = try FleetIdentity(fleetID: "9f2c-1", role: role, id: "3b241101-E2BB.a_b")
    #expect(identity.uri == "urn:roost:9f2c-1:\(role.rawValue):3b241101-E2BB.a_b")
    #expect(FleetIdentity(uri: identity.uri) == identity)
  }

  @Test(
    "a URI that differs from the form in any way is nobody",
    arguments: [
      "", ":", "urn", "urn:roost", "urn:roost:f1", "urn:roost:f1:agent", "urn:roost:f1:agent:",
      "urn:roost::agent:h1", "urn:roost:f1::h1", "urn:roost:f1:agent:h1:", "urn:roost:f1:agent:h1:x",
      "URN:roost:f1:agent:h1", "urn:Roost:f1:agent:h1", "urn:roost:F1:agent:h1", "urn:roost:f1:Agent:h1",
      "urn:roost:f1:root:h1", "urn:roost:f1:agents:h1", " urn:roost:f1:agent:h1", "urn:roost:f1:agent:h1 ",
      "urn:roost:f1:agent:h1\n", "urn:roost:f1:agent:h1\0", "urn:roost:f1:agent:h%31", "urn:roost:f1:agent:h1?a",
      "urn:roost:f1:agent:h1#a", "urn:roost:f1:agent:../h1", "urn:roost:f1:agent:.h1", "urn:roost:f1:agent:-h1",
      "urn:roost:-f1:agent:h1", "urn:roost:f1-:agent:h1", "urn:roost:f.1:agent:h1", "urn:roost:f1:agent:hé",
      "urn:roost:f1:agent:\u{212a}", "urn:r\u{3bf}ost:f1:agent:h1", "spiffe://f1/agent/h1",
      "urn:roost:\(String(repeating: "f", count: 64)):agent:h1",
      "urn:roost:f1:agent:\(String(repeating: "h", count: 65))",
    ])
  func strictness(uri: String) {
    #expect(FleetIdentity(uri: uri) == nil)
  }

  @Test("the longest ids are still taken, and fit in a certificate")
  func longest() throws {
    let fleet = try TestFleet(String(repeating: "f", count: 63))
    let id = String(repeating: "h", count: 64)
    let certificate = try fleet.issue(.agent, id)
    #expect(certificate.fleetIdentity == (try fleet.identity(.agent, id)))
    #expect(certificate.commonName == id)
  }

  @Test(
    "parts that aren't allowed are named",
    arguments: [
      ("F1", "h1"), ("", "h1"), ("f:1", "h1"), ("f1", ""), ("f1", "h:1"), ("f1", "h 1"), ("f1", "h\n1"),
    ])
  func badParts(fleetID: String, id: String) {
    #expect(code { _ = try FleetIdentity(fleetID: fleetID, role: .agent, id: id) } == .invalidValue)
  }

  @Test(
    "a certificate with two Roost URIs, or one that doesn't parse, is nobody's",
    .enabled(if: OpenSSLTool.isPresent))
  func exactlyOne() throws {
    let good = "URI:urn:roost:f1:agent:h1"
    let cases: [(names: String, isSomebody: Bool)] = [
      (good, true), ("\(good),URI:https://example.org/x,DNS:h1", true),
      ("\(good),URI:urn:roost:f1:agent:h2", false), ("\(good),\(good)", false), ("\(good),URI:URN:ROOST:f1:x", false),
      ("URI:urn:roost:f1:agent", false), ("DNS:h1", false), ("\(good),URI:urn:roost:f1", false),
    ]
    try OpenSSLTool.use { tool in
      for (names, isSomebody) in cases {
        try tool.run(
          "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=x",
          "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem",
          "-out", "cert.pem", "-config", "/dev/null")
        let certificate = try Certificate(pem: tool.read("cert.pem"))
        #expect((certificate.fleetIdentity != nil) == isSomebody, "\(names)")
      }
    }
  }
}

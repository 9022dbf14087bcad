import DomainXML
import Testing

/// Documents made to be slow.
@Suite("Large documents")
struct LargeDocumentTests {
  private func domain(_ devices: String) -> String {
    "<domain type='kvm'><name>x</name><devices>\(devices)</devices></domain>"
  }

  @Test("thousands of displays go in one pass")
  func displays() throws {
    let graphics = String(repeating: "<graphics type='spice'/>\n", count: 16_000)
    var document = try DomainDocument(parsing: domain(graphics))
    let taken = try ContinuousClock().measure { try document.keepOneVNC() }
    #expect(taken < .seconds(5))
    #expect(document.graphics.isEmpty)
  }

  @Test("more elements or attributes than any machine has are refused before reading")
  func limits() {
    #expect(throws: DomainXMLError.self) {
      try DomainDocument(parsing: self.domain(String(repeating: "<a/>", count: 20_000)))
    }
    let attributes = (0..<60_000).map { "a\($0)='>'" }.joined(separator: " ")
    let taken = ContinuousClock().measure {
      #expect(throws: DomainXMLError.self) { try DomainDocument(parsing: self.domain("<b \(attributes)/>")) }
    }
    #expect(taken < .seconds(1))
  }

  @Test("a mark whose revision nobody comes to can't be read", arguments: ["9223372036854775807", "1099511627777"])
  func revision(_ number: String) {
    let id = "00000000-0000-4000-8000-000000000001"
    #expect(throws: DomainXMLError.self) {
      try DomainMark(parsing: "<vm id='\(id)' fleet='\(id)' revision='\(number)'/>")
    }
  }
}

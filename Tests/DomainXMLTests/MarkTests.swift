import DomainXML
import Foundation
import Testing

@Suite("Roost's mark")
struct MarkTests {
  private func mark() throws -> DomainMark {
    DomainMark(
      vmID: "vm & 1", fleetID: "fleet<7>", revision: 9,
      macs: [try #require(HardwareAddress("02:00:00:00:00:01")), try #require(HardwareAddress("02:00:00:00:00:02"))],
      vncPort: 5901)
  }

  @Test("a mark that is written is read again")
  func roundTrip() throws {
    var domain = try Fixture.domain("annotated")
    try domain.setMark(mark())
    let again = try DomainDocument(parsing: domain.text)
    #expect(try again.mark == mark())
    #expect(domain.text.contains("xmlns:roost='https://roost.dev/xmlns/domain/1'"))
    #expect(domain.text.contains("<roost:mac address='02:00:00:00:00:01'/>"))
  }

  @Test("other people's metadata keeps its bytes")
  func others() throws {
    var domain = try Fixture.domain("rich")
    let other =
      "<app:inventory xmlns:app=\"https://example.org/inventory\" owner=\"d'Artagnan\">"
      + "text <b>mixed</b> with elements &#65;</app:inventory>"
    try domain.setMark(mark())
    #expect(domain.text.contains(other))
    #expect(try domain.mark?.revision == 9)
    #expect(domain.text.components(separatedBy: "<roost:vm").count == 2)
    try domain.setMark(nil)
    #expect(domain.text.contains(other))
    #expect(try domain.mark == nil)
    var bare = try DomainDocument(parsing: Fixture.small())
    try bare.setMark(mark())
    try bare.setMark(nil)
    #expect(!bare.text.contains("metadata"))
  }

  @Test("the bare element for libvirt has no namespace, and libvirt's answer is read")
  func bare() throws {
    let text = try mark().markup()
    #expect(text.hasPrefix("<vm id='vm &amp; 1' fleet='fleet&lt;7&gt;' revision='9'>"))
    #expect(!text.contains("xmlns"))
    #expect(try DomainMark(parsing: text) == mark())
  }

  @Test(
    "a damaged mark is a typed error",
    arguments: [
      ("<vm fleet='f' revision='1'/>", DomainXMLError.Code.missing),
      ("<vm id='v' fleet='f' revision='-1'/>", .invalidValue),
      ("<vm id='v' fleet='f' revision='99999999999999999999'/>", .invalidValue),
      ("<vm id='v' fleet='f' revision='1'><mac address='x'/></vm>", .invalidValue),
      ("<vm id='v' fleet='f' revision='1'><vnc port='0'/></vm>", .invalidValue),
      ("<domain/>", .wrongRoot),
    ])
  func damaged(text: String, code: DomainXMLError.Code) {
    #expect(Fixture.code { () throws(DomainXMLError) in try DomainMark(parsing: text) } == code)
  }
}

import DomainXML
import Testing

@Suite("Bad input is a typed error")
struct BadInputTests {
  private func code(_ text: String) -> DomainXMLError.Code? {
    Fixture.code { () throws(DomainXMLError) in try DomainDocument(parsing: text) }
  }

  private func code(_ bytes: [UInt8]) -> DomainXMLError.Code? {
    Fixture.code { () throws(DomainXMLError) in try DomainDocument(parsing: bytes) }
  }

  @Test("empty and blank text")
  func empty() {
    #expect(code("") == .empty)
    #expect(code(" \n\t ") == .empty)
    #expect(code([0xEF, 0xBB, 0xBF]) == .empty)
  }

  @Test("a document of two mebibytes, and one a byte over the limit")
  func large() {
    #expect(code("<domain>" + String(repeating: " ", count: 2 << 20) + "</domain>") == .tooLarge)
    let frame = "<domain></domain>".utf8.count
    let space = String(repeating: " ", count: XMLDocument.sizeLimit - frame)
    #expect(code("<domain>" + space + "</domain>") == nil)
    #expect(code("<domain> " + space + "</domain>") == .tooLarge)
  }

  @Test("a document cut off anywhere")
  func truncated() throws {
    let bytes = Array(try Fixture.text("annotated").utf8)
    for length in stride(from: 1, to: bytes.count - 1, by: 7) {
      let refusal = code(Array(bytes.prefix(length)))
      #expect(refusal == .notWellFormed || refusal == .invalidEncoding, "\(length) bytes")
    }
  }

  @Test("the line of a fault is told")
  func line() {
    let error = #expect(throws: DomainXMLError.self) {
      try DomainDocument(parsing: "<domain>\n<name>a</name>\n<memory></domain>")
    }
    #expect(error?.line == 3)
    #expect(error?.description.hasPrefix("line 3: ") == true)
  }

  @Test("an entity bomb, external entities, and any document type at all")
  func documentTypes() {
    var bomb = "<!DOCTYPE domain [<!ENTITY a0 \"lol\">"
    for level in 1...30 {
      bomb += "<!ENTITY a\(level) \"" + String(repeating: "&a\(level - 1);", count: 10) + "\">"
    }
    bomb += "]><domain><name>&a30;</name></domain>"
    #expect(code(bomb) == .documentType)
    let external = "<!DOCTYPE domain [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><domain><name>&x;</name></domain>"
    #expect(code(external) == .documentType)
    #expect(code("<!DOCTYPE domain SYSTEM \"http://127.0.0.1:1/d.dtd\"><domain/>") == .documentType)
    #expect(code("<!DOCTYPE domain><domain/>") == .documentType)
    #expect(code("<!DOCTYPE domain PUBLIC \"a\" \"b\" [<!ATTLIST domain type CDATA 'kvm'>]><domain/>") == .documentType)
    #expect(code("<domain><name>&undefined;</name></domain>") == .notWellFormed)
  }

  @Test("elements nested too deeply")
  func deep() {
    let nested = { (count: Int) in
      "<domain>" + String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count) + "</domain>"
    }
    #expect(code(nested(200)) == nil)
    #expect(code(nested(300)) == .tooDeep)
    #expect(code(nested(10_000)) == .tooDeep)
    #expect(code(nested(100_000)) == .tooLarge)
  }

  @Test("control characters, NUL, and bytes that are not UTF-8")
  func characters() {
    #expect(code("<domain><name>a\u{8}b</name></domain>") == .invalidCharacter)
    #expect(code("<domain><name>a&#8;b</name></domain>") == .invalidCharacter)
    #expect(code("<domain><name>a\u{0}b</name></domain>") == .invalidCharacter)
    #expect(code(Array("<domain>".utf8) + [0xFF, 0xFE] + Array("</domain>".utf8)) == .invalidEncoding)
    #expect(code(Array("<domain>".utf8) + [0xC0, 0x80] + Array("</domain>".utf8)) == .invalidEncoding)
    #expect(code("<?xml version='1.0' encoding='ISO-8859-1'?><domain/>") == .invalidEncoding)
    #expect(code("<?xml version='1.0' encoding='no-such'?><domain/>") == .invalidEncoding)
    #expect(code("<?xml version='1.0' encoding='utf-8'?><domain/>") == nil)
    #expect(code("\u{FEFF}<domain/>") == nil)
  }

  @Test("another root element, and text that is no XML")
  func roots() {
    #expect(code("<network><name>a</name></network>") == .wrongRoot)
    #expect(code("<Domain/>") == .wrongRoot)
    #expect(code("<domain xmlns='urn:x'/>") == .wrongRoot)
    #expect(code("hello") == .notWellFormed)
    #expect(code("{\"domain\": 1}") == .notWellFormed)
    #expect(code("<domain/><domain/>") == .notWellFormed)
    #expect(code("<domain a='1' a='2'/>") == .notWellFormed)
  }

  @Test("a name that is missing or a path")
  func names() throws {
    for (lines, expected) in [
      ("", DomainXMLError.Code.missing), ("<name/>", .missing), ("<name>  </name>", .missing),
      ("<name>../x</name>", .invalidValue), ("<name>..</name>", .invalidValue), ("<name>a\nb</name>", .invalidValue),
    ] {
      let domain = try DomainDocument(parsing: "<domain>\(lines)</domain>")
      #expect(Fixture.code { () throws(DomainXMLError) in try domain.name } == expected, "\(lines)")
    }
  }

  @Test(
    "memory that is missing, zero, negative, 2^63 or no number",
    arguments: [
      ("", DomainXMLError.Code.missing), ("<memory>0</memory>", .outOfRange), ("<memory>-4</memory>", .outOfRange),
      ("<memory unit='b'>9223372036854775808</memory>", .outOfRange),
      ("<memory unit='KiB'>9223372036854775807</memory>", .outOfRange),
      ("<memory unit='TiB'>8388608</memory>", .outOfRange), ("<memory>99999999999999999999999</memory>", .outOfRange),
      ("<memory/>", .invalidValue), ("<memory>4.5</memory>", .invalidValue), ("<memory>four</memory>", .invalidValue),
      ("<memory>0x10</memory>", .invalidValue), ("<memory>1 2</memory>", .invalidValue),
      ("<memory unit='parsec'>1</memory>", .invalidValue), ("<memory unit='KiBB'>1</memory>", .invalidValue),
    ])
  func memory(lines: String, expected: DomainXMLError.Code) throws {
    let domain = try DomainDocument(parsing: Fixture.small(lines))
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.memoryBytes } == expected)
  }

  private static let bytesPerUnit: [String: Int64] = [
    "b": 1, "bytes": 1, "byte": 1, "": 1024, "KB": 1000, "k": 1024, "KiB": 1024, "MB": 1_000_000, "M": 1_048_576,
    "MiB": 1_048_576, "GB": 1_000_000_000, "G": 1_073_741_824, "GiB": 1_073_741_824, "gib": 1_073_741_824,
    "TB": 1_000_000_000_000, "T": 1_099_511_627_776, "TiB": 1_099_511_627_776,
  ]

  @Test("memory in every unit", arguments: bytesPerUnit)
  func units(unit: String, bytes: Int64) throws {
    let domain = try DomainDocument(parsing: Fixture.small("<memory unit='\(unit)'> 3 </memory>"))
    #expect(try domain.memoryBytes == 3 * bytes)
  }

  @Test(
    "processors that are zero, negative, too many or no number",
    arguments: [
      ("<vcpu>0</vcpu>", DomainXMLError.Code.outOfRange), ("<vcpu>-1</vcpu>", .outOfRange),
      ("<vcpu>9223372036854775808</vcpu>", .outOfRange), ("<vcpu>65536</vcpu>", .outOfRange),
      ("<vcpu current='3'>2</vcpu>", .outOfRange), ("<vcpu>two</vcpu>", .invalidValue), ("<vcpu/>", .invalidValue),
    ])
  func processors(lines: String, expected: DomainXMLError.Code) throws {
    let domain = try DomainDocument(parsing: Fixture.small(lines))
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.currentVCPUs } == expected)
  }

  @Test(
    "addresses that stand twice, name groups, or are none",
    arguments: [
      (["02:00:00:00:00:01", "02:0:0:0:0:1"], DomainXMLError.Code.duplicate),
      (["01:00:5e:00:00:01"], .invalidValue), (["ff:ff:ff:ff:ff:ff"], .invalidValue),
      (["00:00:00:00:00:00"], .invalidValue), (["02:00:00:00:00"], .invalidValue),
      (["02-00-00-00-00-01"], .invalidValue), (["02:00:00:00:00:+1"], .invalidValue),
      (["02:00:00:00:00:011"], .invalidValue), ([""], .invalidValue),
    ])
  func addresses(macs: [String], expected: DomainXMLError.Code) throws {
    let devices = macs.map { "<interface type='user'><mac address='\($0)'/></interface>" }.joined()
    let domain = try DomainDocument(parsing: Fixture.small(devices: devices))
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.checkedMACs() } == expected)
  }

  @Test("a UUID that is none")
  func uuids() throws {
    for text in ["x", "11111111-2222-3333-4444-55555555555", "11111111-2222-3333-4444-5555555555555", "g" + "1"] {
      let domain = try DomainDocument(parsing: Fixture.small("<uuid>\(text)</uuid>"))
      #expect(Fixture.code { () throws(DomainXMLError) in try domain.uuid } == .invalidValue)
    }
  }
}

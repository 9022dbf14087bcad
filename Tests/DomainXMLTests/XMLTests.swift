import DomainXML
import Testing

@Suite("The tree beneath the documents")
struct XMLTests {
  @Test("an element keeps its document alive, and stays readable after its removal")
  func lifetime() throws {
    var element: XMLElement?
    do {
      let document = try XMLDocument(parsing: "<a><b c='1'><d>text</d></b></a>")
      element = document.root.child(named: "b")
      element?.remove()
      #expect(document.text == "<a/>")
    }
    let kept = try #require(element)
    #expect(kept.attribute("c") == "1")
    #expect(kept.child(named: "d")?.text == "text")
    try kept.add("e", ["f": "2"])
    #expect(kept.children.map(\.name) == ["d", "e"])
    kept.child(named: "d")?.remove()
    #expect(kept.children.map(\.name) == ["e"])
  }

  @Test(
    "text and attributes come back as they went in",
    arguments: [
      "plain", "<&>'\"", "]]>", "a\tb", "\u{1F600} 虚拟机", "&amp;", "  spaces  ", "line\nline",
    ])
  func escaping(text: String) throws {
    let document = try XMLDocument(root: "a")
    try document.root.setAttribute("b", text)
    try document.root.add("c", text: text)
    let again = try XMLDocument(parsing: document.text)
    #expect(again.root.attribute("b") == text)
    #expect(again.root.child(named: "c")?.text == text)
  }

  @Test("comments, literal sections and instructions survive an edit beside them")
  func survivors() throws {
    let text =
      "<?xml version=\"1.0\"?>\n<!-- > ' -->\n<a ><!--<x>--><b><![CDATA[<y>]]></b ><?p q?><c d = \"'\" /></a>\n"
      + "<!--end-->"
    let document = try XMLDocument(parsing: text)
    #expect(document.text == text)
    try document.root.setAttribute("e", "1")
    #expect(document.text == text.replacing("<a >", with: "<a e='1'>"))
  }

  @Test("an element is found by its namespace only when one is asked for")
  func namespaces() throws {
    let document = try XMLDocument(parsing: "<a xmlns:n='urn:n'><n:b/><b/></a>")
    #expect(document.root.child(named: "b")?.namespace == nil)
    #expect(document.root.child(named: "b", namespace: "urn:n")?.namespace == "urn:n")
    #expect(document.root.children(named: "b").count == 1)
  }

  @Test("names and characters that XML forbids are refused")
  func refused() throws {
    let root = try XMLDocument(root: "a").root
    for name in ["", "1a", "a b", "a:b", "<", "ä", "a\u{0}"] {
      #expect(Fixture.code { () throws(DomainXMLError) in try root.add(name) } == .invalidValue)
      #expect(Fixture.code { () throws(DomainXMLError) in try root.setAttribute(name, "") } == .invalidValue)
      #expect(Fixture.code { () throws(DomainXMLError) in try XMLDocument(root: name) } == .invalidValue)
    }
    for text in ["\u{0}", "\u{1B}", "\u{FFFF}"] {
      #expect(Fixture.code { () throws(DomainXMLError) in try root.setText(text) } == .invalidCharacter)
    }
    #expect(root.children.isEmpty)
  }

  @Test("a copy and its original do not see each other's edits")
  func copies() throws {
    let first = try XMLDocument(parsing: "<a>\n  <b/>\n</a>")
    let second = try first.copy()
    try second.root.add("c")
    first.root.child(named: "b")?.remove()
    #expect(first.text == "<a/>")
    #expect(second.text == "<a>\n  <b/>\n  <c/>\n</a>")
    #expect(try second.copy().text == second.text)
  }

  @Test("documents are read and copied by many tasks at once")
  func concurrency() async throws {
    let domain = try Fixture.domain("rich")
    let expected = domain.text
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          var own = domain
          try own.setName("n\(index)")
          let parsed = try DomainDocument(parsing: own.text)
          return try parsed.name == "n\(index)" && domain.text == expected && domain.allMACs.count == 4
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}

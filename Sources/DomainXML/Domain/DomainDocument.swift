/// libvirt's `<domain>` document, which describes a guest.
///
/// A value: an edit changes only this copy, and an edit that throws changes nothing. What Roost does not model, such as
/// other tools' metadata, is written back as it was read. Corresponds to https://libvirt.org/formatdomain.html
///
/// SAFETY of `@unchecked Sendable`: the tree never changes once it is stored here. Every edit works on a private copy,
/// and several threads may read a libxml2 tree.
package struct DomainDocument: @unchecked Sendable {
  private var tree: XMLDocument

  /// Text between elements that means nothing to libvirt, left out of the document.
  package let droppedTexts: [StrayText]

  /// Reads a document.
  ///
  /// Stray text between elements, as people write it to explain a line, is dropped and listed in
  /// ``droppedTexts``. Throws what ``XMLDocument/init(parsing:)-(String)`` throws, and `wrongRoot`.
  package init(parsing text: String) throws(DomainXMLError) { try self.init(XMLDocument(parsing: text)) }

  /// Reads a document from bytes in UTF-8.
  package init(parsing bytes: [UInt8]) throws(DomainXMLError) { try self.init(XMLDocument(parsing: bytes)) }

  /// Takes ownership of a tree.
  init(_ tree: XMLDocument, roots: [String] = ["domain"]) throws(DomainXMLError) {
    try tree.checkRoot(roots)
    droppedTexts = StrayText.removeAll(from: tree)
    try RepeatedElement.mergeAll(in: tree)
    self.tree = tree
  }

  /// The document as text for libvirt, in UTF-8.
  package var text: String { tree.text }

  /// A private copy of the tree, for reading what is not modelled here.
  package func markup() throws(DomainXMLError) -> XMLDocument { try tree.copy() }

  /// The `<domain>` element, for reading.
  var root: XMLElement { tree.root }

  /// The `<devices>` element, for reading.
  var devices: XMLElement? { root.child(named: "devices") }

  /// Changes a copy of the tree and keeps it if `body` does not throw.
  mutating func edit<Result>(
    _ body: (XMLElement) throws(DomainXMLError) -> Result
  ) throws(DomainXMLError) -> Result {
    let copy = try tree.copy()
    let result = try body(copy.root)
    tree = copy
    return result
  }
}

extension XMLDocument {
  /// Refuses a document whose root element has another name, or is in a namespace.
  func checkRoot(_ names: [String]) throws(DomainXMLError) {
    guard !names.contains(root.name) || root.namespace != nil else { return }
    let place = root.namespace.map { " in the namespace \($0)" } ?? ""
    let wanted = names.joined(separator: "> or <")
    throw DomainXMLError(
      .wrongRoot, line: root.line, element: root.name,
      "the root element is <\(root.node.qualifiedName)>\(place), not <\(wanted)>")
  }
}

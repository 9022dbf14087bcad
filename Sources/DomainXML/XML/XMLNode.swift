internal import CLibxml2

/// One node of a tree: an element, text, a comment.
///
/// SAFETY: nodes are freed with their document only, and `document` keeps that alive.
@safe struct XMLNode {
  /// What a node is.
  enum Kind { case element, text, literal, comment, instruction, other }

  let document: XMLDocument
  let pointer: UnsafeMutablePointer<xmlNode>

  init(document: XMLDocument, pointer: UnsafeMutablePointer<xmlNode>) {
    self.document = document
    unsafe self.pointer = pointer
  }

  private func wrap(_ other: UnsafeMutablePointer<xmlNode>?) -> XMLNode? {
    guard let other = unsafe other else { return nil }
    return unsafe XMLNode(document: document, pointer: other)
  }

  var kind: Kind {
    switch unsafe UInt32(bitPattern: roost_xml_type(pointer)) {
    case XML_ELEMENT_NODE.rawValue: .element
    case XML_TEXT_NODE.rawValue: .text
    case XML_CDATA_SECTION_NODE.rawValue: .literal
    case XML_COMMENT_NODE.rawValue: .comment
    case XML_PI_NODE.rawValue: .instruction
    default: .other
    }
  }

  /// The place in the source text, 0 if none.
  var place: Int { kind == .element ? unsafe roost_xml_place(pointer) : 0 }

  /// The line in the source text; nil for nodes that were added.
  var line: Int? {
    let line = unsafe roost_xml_line(pointer)
    return line > 0 ? line : nil
  }

  var name: String { unsafe roost_xml_name(pointer).map { unsafe String(cString: $0) } ?? "" }
  var prefix: String? { unsafe roost_xml_prefix(pointer).map { unsafe String(cString: $0) } }
  var namespace: String? { unsafe roost_xml_namespace(pointer).map { unsafe String(cString: $0) } }
  var qualifiedName: String { prefix.map { "\($0):\(name)" } ?? name }

  /// What a text, comment or instruction says; empty for elements.
  var content: String {
    guard kind != .element, kind != .other else { return "" }
    return unsafe roost_xml_content(pointer).map { unsafe String(cString: $0) } ?? ""
  }

  /// Whether this is text that a document of libvirt's means nothing by.
  var isBlankText: Bool { kind == .text && XMLText.isBlank(content) }

  var firstChild: XMLNode? { unsafe wrap(roost_xml_first_child(pointer)) }
  var next: XMLNode? { unsafe wrap(roost_xml_next(pointer)) }
  var previous: XMLNode? { unsafe wrap(roost_xml_previous(pointer)) }
  var parent: XMLNode? { unsafe wrap(roost_xml_parent_element(pointer)) }

  var children: [XMLNode] {
    var result: [XMLNode] = []
    var child = firstChild
    while let current = child {
      result.append(current)
      child = current.next
    }
    return result
  }
}

extension XMLNode {
  /// Takes a string that libxml2 allocated.
  private static func take(_ string: UnsafeMutablePointer<CChar>?) -> String? {
    guard let string = unsafe string else { return nil }
    // SAFETY: NUL-terminated, owned by us, freed once after the copy.
    defer { unsafe roost_xml_free_string(string) }
    return unsafe String(cString: string)
  }

  /// All text below the node.
  var text: String { unsafe XMLNode.take(roost_xml_text(pointer)) ?? "" }

  /// An attribute without namespace.
  func attribute(_ name: String) -> String? { unsafe XMLNode.take(roost_xml_attribute(pointer, name)) }

  /// All attributes with their qualified names, in document order.
  var attributes: [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    var next = unsafe roost_xml_first_attribute(pointer)
    while let attribute = unsafe next {
      let name = unsafe roost_xml_attribute_name(attribute).map { unsafe String(cString: $0) } ?? ""
      let prefix = unsafe roost_xml_attribute_prefix(attribute).map { unsafe String(cString: $0) }
      let value = unsafe XMLNode.take(roost_xml_attribute_value(attribute)) ?? ""
      result.append((prefix.map { "\($0):\(name)" } ?? name, value))
      unsafe next = roost_xml_next_attribute(attribute)
    }
    return result
  }

  /// The namespaces declared on this very element.
  var declarations: [(prefix: String?, uri: String)] {
    var result: [(prefix: String?, uri: String)] = []
    var next = unsafe roost_xml_first_declaration(pointer)
    while let declaration = unsafe next {
      let prefix = unsafe roost_xml_declaration_prefix(declaration).map { unsafe String(cString: $0) }
      let uri = unsafe roost_xml_declaration_uri(declaration).map { unsafe String(cString: $0) } ?? ""
      result.append((prefix, uri))
      unsafe next = roost_xml_next_declaration(declaration)
    }
    return result
  }
}

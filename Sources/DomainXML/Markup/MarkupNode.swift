internal import CLibxml2

/// One node of a tree: an element, text, a comment.
///
/// SAFETY: nodes are freed with their document only, and `document` keeps that alive.
@safe struct MarkupNode {
  /// What a node is.
  enum Kind { case element, text, literal, comment, instruction, other }

  let document: MarkupDocument
  let pointer: UnsafeMutablePointer<xmlNode>

  init(document: MarkupDocument, pointer: UnsafeMutablePointer<xmlNode>) {
    self.document = document
    unsafe self.pointer = pointer
  }

  private func wrap(_ other: UnsafeMutablePointer<xmlNode>?) -> MarkupNode? {
    guard let other = unsafe other else { return nil }
    return unsafe MarkupNode(document: document, pointer: other)
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
  var isBlankText: Bool { kind == .text && MarkupText.isBlank(content) }

  var firstChild: MarkupNode? { unsafe wrap(roost_xml_first_child(pointer)) }
  var next: MarkupNode? { unsafe wrap(roost_xml_next(pointer)) }
  var previous: MarkupNode? { unsafe wrap(roost_xml_previous(pointer)) }
  var parent: MarkupNode? { unsafe wrap(roost_xml_parent_element(pointer)) }

  var children: [MarkupNode] {
    var result: [MarkupNode] = []
    var child = firstChild
    while let current = child {
      result.append(current)
      child = current.next
    }
    return result
  }
}

internal import CLibxml2

extension MarkupNode {
  /// Takes a string that libxml2 allocated.
  private static func take(_ string: UnsafeMutablePointer<CChar>?) -> String? {
    guard let string = unsafe string else { return nil }
    // SAFETY: NUL-terminated, owned by us, freed once after the copy.
    defer { unsafe roost_xml_free_string(string) }
    return unsafe String(cString: string)
  }

  /// All text below the node.
  var text: String { unsafe MarkupNode.take(roost_xml_text(pointer)) ?? "" }

  /// An attribute without namespace.
  func attribute(_ name: String) -> String? { unsafe MarkupNode.take(roost_xml_attribute(pointer, name)) }

  /// All attributes with their qualified names, in document order.
  var attributes: [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    var next = unsafe roost_xml_first_attribute(pointer)
    while let attribute = unsafe next {
      let name = unsafe roost_xml_attribute_name(attribute).map { unsafe String(cString: $0) } ?? ""
      let prefix = unsafe roost_xml_attribute_prefix(attribute).map { unsafe String(cString: $0) }
      let value = unsafe MarkupNode.take(roost_xml_attribute_value(attribute)) ?? ""
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

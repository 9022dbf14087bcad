extension XMLDocument {
  /// The document as text, in UTF-8.
  ///
  /// Untouched elements come out byte for byte as they were read. New and changed tags use single quotes, as
  /// libvirt does.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The document as UTF-8 bytes.
  package var bytes: [UInt8] {
    var output: [UInt8] = []
    // BOUNDED: a megabyte and a little.
    output.reserveCapacity(source.bytes.count + 512)
    output += source.prologue
    write(root.node, to: &output)
    if source.isEmpty { output.append(UInt8(ascii: "\n")) }
    output += source.epilogue
    return output
  }

  /// Writes one node and all below it.
  func write(_ node: XMLNode, to output: inout [UInt8]) {
    switch node.kind {
    case .element: writeElement(node, to: &output)
    case .text: output += XMLText.escaped(node.content).utf8
    case .literal: output += "<![CDATA[\(node.content)]]>".utf8
    case .comment: output += "<!--\(node.content)-->".utf8
    case .instruction:
      let content = node.content
      output += (content.isEmpty ? "<?\(node.name)?>" : "<?\(node.name) \(content)?>").utf8
    case .other: break
    }
  }

  private func writeElement(_ node: XMLNode, to output: inout [UInt8]) {
    let place = node.place
    let span = source.span(at: place)
    if let span, !touchedElements.contains(place) {
      // BOUNDED: the scanner has found the span in these bytes.
      output += source.bytes[span.start..<span.end]
      return
    }
    if let span, !touchedTags.contains(place) {
      // BOUNDED: the scanner has found the span in these bytes.
      output += source.bytes[span.start..<span.openTagEnd]
    } else {
      writeOpenTag(node, to: &output)
    }
    var child = node.firstChild
    if child == nil {
      output += "/>".utf8
      return
    }
    output += ">".utf8
    while let current = child {
      write(current, to: &output)
      child = current.next
    }
    output += "</\(node.qualifiedName)>".utf8
  }

  /// Writes `<name attribute='value'`, without the closing bracket.
  private func writeOpenTag(_ node: XMLNode, to output: inout [UInt8]) {
    output += "<\(node.qualifiedName)".utf8
    for declaration in node.declarations {
      let name = declaration.prefix.map { "xmlns:\($0)" } ?? "xmlns"
      output += " \(name)='\(XMLText.escapedAttribute(declaration.uri))'".utf8
    }
    for attribute in node.attributes {
      output += " \(attribute.name)='\(XMLText.escapedAttribute(attribute.value))'".utf8
    }
  }
}

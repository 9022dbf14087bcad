/// An element of a ``XMLDocument``, which it keeps alive.
///
/// Names are matched as libvirt matches them: local name, no namespace, unless a namespace is asked for.
package struct XMLElement {
  let node: XMLNode

  init(_ node: XMLNode) { self.node = node }

  /// The local name, without a prefix.
  package var name: String { node.name }

  /// The namespace's URI; nil if the element is in none.
  package var namespace: String? { node.namespace }

  /// The line in the text it was read from; nil for an added element.
  package var line: Int? { node.line }

  /// The element around this one; nil for the root.
  package var parent: XMLElement? { node.parent.map(XMLElement.init) }

  /// The child elements in document order.
  package var children: [XMLElement] {
    node.children.filter { $0.kind == .element }.map(XMLElement.init)
  }

  /// The child elements with this name, in document order.
  package func children(named name: String, namespace: String? = nil) -> [XMLElement] {
    children.filter { $0.name == name && $0.namespace == namespace }
  }

  /// The first child element with this name.
  package func child(named name: String, namespace: String? = nil) -> XMLElement? {
    var next = node.firstChild
    while let current = next {
      if current.kind == .element, current.name == name, current.namespace == namespace {
        return XMLElement(current)
      }
      next = current.next
    }
    return nil
  }

  /// The first element reached by following names downward.
  package func descendant(_ path: String...) -> XMLElement? {
    var element: XMLElement? = self
    for name in path { element = element?.child(named: name) }
    return element
  }

  /// Every element below this one, in document order.
  package var descendants: [XMLElement] { children.flatMap { [$0] + $0.descendants } }

  /// The attribute's value; nil if absent.
  package func attribute(_ name: String) -> String? { node.attribute(name) }

  /// All text below the element, as it stands.
  package var text: String { node.text }

  /// The text without white space at both ends; nil if nothing is left.
  package var trimmedText: String? {
    let trimmed = XMLText.trimmed(text)
    return trimmed.isEmpty ? nil : trimmed
  }

  /// This element and all below it as text.
  package var markup: String {
    var output: [UInt8] = []
    node.document.write(node, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}

extension XMLElement {
  /// An attribute as a number, decimal or with `0x`; nil if absent or something else.
  func number(_ attribute: String) -> Int? {
    guard let text = self.attribute(attribute) else { return nil }
    return XMLElement.number(in: text)
  }

  /// The text as a number, decimal or with `0x`.
  var textNumber: Int? { trimmedText.flatMap(XMLElement.number(in:)) }

  private static func number(in text: String) -> Int? {
    let trimmed = XMLText.trimmed(text)
    if trimmed.hasPrefix("0x") || trimmed.hasPrefix("0X") { return Int(trimmed.dropFirst(2), radix: 16) }
    return Int(trimmed, radix: 10)
  }

  /// Whether an attribute says `yes`.
  func isYes(_ attribute: String) -> Bool { self.attribute(attribute) == "yes" }

  /// Whether an attribute says `yes` or `on`; nil if absent.
  func flag(_ attribute: String) -> Bool? {
    self.attribute(attribute).map { $0 == "yes" || $0 == "on" }
  }
}

extension XMLElement {
  /// Sets an attribute; the value may hold any character that XML allows.
  package func setAttribute(_ name: String, _ value: String) throws(DomainXMLError) {
    try XMLText.checkName(name)
    try XMLText.check(value, element: "\(self.name)/@\(name)")
    if attribute(name) != value { try node.setAttribute(name, value) }
  }

  /// Removes an attribute; nothing happens if it is absent.
  package func removeAttribute(_ name: String) { node.removeAttribute(name) }

  /// Replaces everything inside the element by text.
  package func setText(_ text: String) throws(DomainXMLError) {
    try XMLText.check(text, element: name)
    for child in node.children { child.unlink() }
    if !text.isEmpty { try node.add(text: text, at: .lastIn) }
  }

  /// Takes the element, and the white space that led to it, out of the tree. The root stays.
  package func remove() {
    guard let parent = node.parent else { return }
    if let space = node.previous, space.isBlankText { space.unlink() }
    node.unlink()
    // Looks no further than the first sibling that says something: many removals take one walk, not one each.
    var rest = parent.firstChild
    while let space = rest {
      guard space.isBlankText else { return }
      rest = space.next
    }
    for space in parent.children { space.unlink() }
  }

  /// Removes all child elements with this name.
  package func removeChildren(named name: String, namespace: String? = nil) {
    for child in children(named: name, namespace: namespace) { child.remove() }
  }

  /// Adds a child where libvirt itself would write it, indented like its neighbours.
  ///
  /// Attributes are set in the order given.
  @discardableResult
  package func add(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String? = nil
  ) throws(DomainXMLError) -> XMLElement {
    for (key, value) in attributes { try XMLText.check(value, element: "\(name)/@\(key)") }
    if let text { try XMLText.check(text, element: name) }
    let element = XMLElement(try place(name))
    for (key, value) in attributes { try element.setAttribute(key, value) }
    if let text { try element.setText(text) }
    return element
  }

  /// The first child with this name, added if there is none.
  package func ensure(_ name: String) throws(DomainXMLError) -> XMLElement {
    if let found = child(named: name) { return found }
    return try add(name)
  }

  /// Sets the text of the first child with this name, or removes that child.
  func set(_ name: String, text: String?) throws(DomainXMLError) {
    guard let text else { return removeChildren(named: name) }
    try ensure(name).setText(text)
  }

  /// Makes a child element at its place in ``DocumentOrder``.
  private func place(_ name: String) throws(DomainXMLError) -> XMLNode {
    let solid = node.children.filter { !$0.isBlankText }
    let rank = DocumentOrder.rank(of: name, in: self.name)
    let anchor = solid.last { node in
      guard node.kind == .element, let rank else { return node.kind == .element }
      return DocumentOrder.rank(of: node.name, in: self.name).map { $0 <= rank } ?? false
    }
    guard let first = solid.first else { return try placeAlone(name) }
    let indent = childIndent
    guard let anchor else {
      let made = try first.add(element: name, at: .before)
      if let indent { try first.add(text: indent, at: .before) }
      return made
    }
    let made = try anchor.add(element: name, at: .after)
    if let indent { try made.add(text: indent, at: .before) }
    return made
  }

  /// Makes the only child.
  private func placeAlone(_ name: String) throws(DomainXMLError) -> XMLNode {
    for space in node.children { space.unlink() }
    let indent = "\n" + ownIndent
    try node.add(text: indent + "  ", at: .lastIn)
    let made = try node.add(element: name, at: .lastIn)
    try node.add(text: indent, at: .lastIn)
    return made
  }

  /// The line break and white space before children; nil if they follow each other without any.
  private var childIndent: String? {
    guard let space = node.children.first(where: \.isBlankText)?.content, let line = space.lastIndex(of: "\n")
    else { return nil }
    // BOUNDED: from an index of the same text.
    return String(space[line...])
  }

  /// The white space this element's line begins with.
  private var ownIndent: String {
    guard let space = node.previous, space.isBlankText, let line = space.content.lastIndex(of: "\n") else {
      return String(repeating: "  ", count: depth)
    }
    // BOUNDED: from an index of the same text.
    return String(space.content[line...].dropFirst())
  }

  // BOUNDED: libxml2 lets elements nest 256 deep.
  private var depth: Int { parent.map { $0.depth + 1 } ?? 0 }
}

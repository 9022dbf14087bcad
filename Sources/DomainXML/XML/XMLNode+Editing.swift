internal import CLibxml2

extension XMLNode {
  /// Notes that something at or below this element changed.
  func touch() {
    var node: XMLNode? = self
    while let current = node {
      document.touch(element: current.place)
      node = current.parent
    }
  }

  /// Takes the node out of the tree. It stays readable.
  func unlink() {
    parent?.touch()
    // SAFETY: the node is live; unlinked once and then owned by the document's list.
    unsafe roost_xml_unlink(pointer)
    unsafe document.adopt(detached: pointer)
  }

  /// A new element that is not in the tree yet.
  private func makeElement(_ name: String) throws(DomainXMLError) -> XMLNode {
    try XMLText.checkName(name)
    guard let made = unsafe roost_xml_new_element(document.pointer, name) else { throw .outOfMemory }
    return unsafe XMLNode(document: document, pointer: made)
  }

  /// Where a new node goes.
  enum Spot { case lastIn, before, after }

  /// Links `made` at `spot` of this node; frees it if that fails.
  private func link(_ made: UnsafeMutablePointer<xmlNode>, at spot: Spot) throws(DomainXMLError) {
    // SAFETY: both nodes are live and of one document. Text that merges into a neighbour is freed by libxml2.
    let linked =
      switch spot {
      case .lastIn: unsafe roost_xml_append(pointer, made)
      case .before: unsafe roost_xml_insert_before(pointer, made)
      case .after: unsafe roost_xml_insert_after(pointer, made)
      }
    guard unsafe linked != nil else {
      unsafe roost_xml_free_node(made)
      throw .outOfMemory
    }
    switch spot {
    case .lastIn: touch()
    case .before, .after: parent?.touch()
    }
  }

  /// Adds an element at `spot` of this node.
  func add(element name: String, at spot: Spot) throws(DomainXMLError) -> XMLNode {
    let made = try makeElement(name)
    try unsafe link(made.pointer, at: spot)
    return made
  }

  /// Adds text at `spot` of this node.
  func add(text: String, at spot: Spot) throws(DomainXMLError) {
    guard let made = unsafe roost_xml_new_text(document.pointer, text) else { throw .outOfMemory }
    try unsafe link(made, at: spot)
  }

  /// Puts this node behind the last child of another element, with all below it.
  func move(into element: XMLNode) throws(DomainXMLError) {
    parent?.touch()
    // SAFETY: both nodes are live and of one document, and the element is not below this node.
    guard unsafe roost_xml_move(pointer, element.pointer) != 0 else { throw .outOfMemory }
    // A namespace that the old place declared is declared on this node now.
    if kind == .element, !declarations.isEmpty {
      document.touch(tag: place)
      touch()
    }
    element.touch()
  }

  /// Makes the attributes of every element in no namespace plain ones, as libvirt reads them, outside `<metadata>`.
  func flattenAttributes() {
    var next =
      unsafe roost_xml_has_prefixed_attribute(pointer) != 0 ? pointer : roost_xml_next_prefixed(pointer, pointer)
    while let found = unsafe next {
      let node = unsafe XMLNode(document: document, pointer: found)
      unsafe roost_xml_flatten_attributes(found)
      document.touch(tag: node.place)
      node.touch()
      unsafe next = roost_xml_next_prefixed(pointer, found)
    }
  }

  /// Replaces what a text node says.
  func setContent(_ text: String) {
    guard kind == .text else { return }
    unsafe roost_xml_set_content(pointer, text)
    parent?.touch()
  }

  func setAttribute(_ name: String, _ value: String) throws(DomainXMLError) {
    guard unsafe roost_xml_set_attribute(pointer, name, value) != 0 else { throw .outOfMemory }
    document.touch(tag: place)
    touch()
  }

  func removeAttribute(_ name: String) {
    guard attribute(name) != nil else { return }
    unsafe roost_xml_remove_attribute(pointer, name)
    document.touch(tag: place)
    touch()
  }

  /// Declares a namespace here and moves this element into it.
  func declareNamespace(prefix: String, uri: String) throws(DomainXMLError) {
    guard unsafe roost_xml_declare_namespace(pointer, prefix, uri) != 0 else { throw .outOfMemory }
    document.touch(tag: place)
    touch()
  }

  /// Moves this element into the namespace of another one above it.
  func shareNamespace(of other: XMLNode) {
    unsafe roost_xml_share_namespace(pointer, other.pointer)
    document.touch(tag: place)
    touch()
  }
}

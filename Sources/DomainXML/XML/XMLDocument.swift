internal import CLibxml2

/// An XML document as a tree that can be read and changed.
///
/// Owns libxml2's tree and frees it; every ``XMLElement`` keeps its document alive. Not safe to change
/// from two threads. Elements that were never touched are written back exactly as they were read.
@safe package final class XMLDocument {
  /// The largest text that is read, in bytes.
  package static let sizeLimit = 1 << 20
  /// The most elements that are read; libvirt's largest documents have some thousands.
  package static let elementLimit = 1 << 14
  /// The most attributes that one element may have; libxml2 compares each with each.
  static let attributeLimit = 1 << 10

  /// SAFETY: valid from init to deinit, which alone frees it; never handed out.
  let pointer: UnsafeMutablePointer<xmlDoc>
  /// SAFETY: the root is never unlinked, so it lives as long as `pointer`.
  private let rootPointer: UnsafeMutablePointer<xmlNode>
  /// Removed nodes. They are freed with the document, so that elements still held stay readable.
  private var detached: [UnsafeMutablePointer<xmlNode>] = unsafe []

  /// Where the elements stood in the text this tree was read from.
  let source: XMLSource
  /// Places of elements whose subtree changed.
  private(set) var touchedElements: Set<Int> = []
  /// Places of elements whose own start tag changed.
  private(set) var touchedTags: Set<Int> = []

  /// Takes ownership of `pointer`.
  init(owning pointer: UnsafeMutablePointer<xmlDoc>, source: XMLSource) throws(DomainXMLError) {
    unsafe self.pointer = pointer
    self.source = source
    // SAFETY: pointer is a live document; on failure it is freed here and never again.
    guard let root = unsafe roost_xml_root(pointer) else {
      unsafe roost_xml_free_document(pointer)
      throw DomainXMLError(.notWellFormed, "the document has no root element")
    }
    unsafe rootPointer = root
  }

  /// An empty document with a root element named `name`.
  package convenience init(root name: String) throws(DomainXMLError) {
    try XMLText.checkName(name)
    // SAFETY: the string lives for the call; the new document is owned by self.
    guard let pointer = unsafe roost_xml_new_document(name) else { throw .outOfMemory }
    try unsafe self.init(owning: pointer, source: .none)
  }

  deinit {
    // SAFETY: detached nodes are unlinked, hence not part of the document; each stands here once.
    while let node = unsafe detached.popLast() { unsafe roost_xml_free_node(node) }
    unsafe roost_xml_free_document(pointer)
  }

  /// The root element.
  package var root: XMLElement {
    unsafe XMLElement(XMLNode(document: self, pointer: rootPointer))
  }

  /// A deep copy that writes the same text.
  package func copy() throws(DomainXMLError) -> XMLDocument {
    // SAFETY: pointer is live; the copy is owned by the result.
    guard let copied = unsafe roost_xml_copy_document(pointer) else { throw .outOfMemory }
    let document = try unsafe XMLDocument(owning: copied, source: source)
    document.touchedElements = touchedElements
    document.touchedTags = touchedTags
    return document
  }

  /// Keeps an unlinked node until the document goes.
  func adopt(detached node: UnsafeMutablePointer<xmlNode>) { unsafe detached.append(node) }

  /// Notes that the content of the element at `place` changed.
  func touch(element place: Int) { if place > 0 { touchedElements.insert(place) } }

  /// Notes that the start tag of the element at `place` changed.
  func touch(tag place: Int) { if place > 0 { touchedTags.insert(place) } }
}

extension DomainXMLError {
  static let outOfMemory = DomainXMLError(.noMemory, "memory ran out")
}

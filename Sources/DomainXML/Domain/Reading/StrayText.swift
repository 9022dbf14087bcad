/// A text between elements that was removed from a document.
package struct StrayText: Hashable, Sendable {
  /// The text without white space around it.
  package let text: String
  /// The name of the element it stood in.
  package let element: String
  /// The line of the element before the text, or of the one around it; nil for documents not read from text.
  package let line: Int?

  /// Elements that hold elements, never text.
  private static let containers: Set<String> = [
    "domain", "inactiveDomain", "os", "features", "devices", "disk", "interface", "graphics", "controller",
    "memoryBacking", "cputune", "numatune", "clock", "cpu", "pm", "video", "input", "serial", "console", "channel",
    "hostdev", "memballoon", "rng",
  ]

  /// Removes stray text from a tree and returns it. Leaves `<metadata>` alone, which belongs to other tools.
  static func removeAll(from tree: XMLDocument) -> [StrayText] {
    var texts: [StrayText] = []
    removeAll(from: tree.root.node, into: &texts)
    return texts
  }

  private static func removeAll(from element: XMLNode, into texts: inout [StrayText]) {
    let children = element.children
    let hasElements = children.contains { $0.kind == .element }
    let isContainer = hasElements || isContainer(element)
    for child in children {
      switch child.kind {
      case .element where child.name != "metadata" && child.namespace == nil:
        removeAll(from: child, into: &texts)
      case .text, .literal:
        guard isContainer, !XMLText.isBlank(child.content) else { continue }
        drop(child, of: element, into: &texts)
      default: continue
      }
    }
  }

  private static func isContainer(_ element: XMLNode) -> Bool {
    // A disk's <serial> holds text, a device's <serial> does not.
    if element.name == "serial" || element.name == "console" { return element.parent?.name == "devices" }
    return containers.contains(element.name)
  }

  private static func drop(_ text: XMLNode, of element: XMLNode, into texts: inout [StrayText]) {
    let content = text.content
    let line = (text.previous?.kind == .element ? text.previous : element)?.line
    // BOUNDED: a document has a megabyte at most.
    for part in content.split(whereSeparator: \.isNewline) {
      let trimmed = XMLText.trimmed(String(part))
      guard !trimmed.isEmpty else { continue }
      texts.append(StrayText(text: trimmed, element: element.name, line: line))
    }
    // BOUNDED: from an index of the same text.
    let indent = content.lastIndex(of: "\n").map { String(content[$0...]) } ?? ""
    if text.kind == .text, !indent.isEmpty, XMLText.isBlank(indent) {
      text.setContent(indent)
    } else {
      text.unlink()
    }
  }
}

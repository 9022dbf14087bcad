/// Merges elements that may occur several times in a document but are one element to libvirt.
///
/// libvirt queries its tree by paths such as `./devices/disk`, which find the children of every `<devices>`. A path to
/// a single element, such as `./cpu[1]`, finds the first, and Roost does the same.
enum RepeatedElement {
  /// Elements that hold settings or devices, and whether attributes of later ones apply where the first has none.
  private static let names: [String: Bool] = [
    "devices": false, "os": true, "features": false, "cputune": false, "memtune": false, "memoryBacking": false,
    "blkiotune": false, "numatune": false, "iothreadids": false, "vcpus": false, "pm": false, "perf": false,
    "clock": false, "idmap": false, "keywrap": false, "resource": true,
  ]

  /// Merges each repeated element into one, children in document order, and removes the namespace of plain attributes
  /// where libvirt ignores it.
  static func mergeAll(in tree: XMLDocument) throws(DomainXMLError) {
    tree.root.node.flattenAttributes()
    var first: [String: XMLElement] = [:]
    for child in tree.root.children where child.namespace == nil {
      guard let takesAttributes = names[child.name] else { continue }
      guard let kept = first[child.name] else {
        first[child.name] = child
        continue
      }
      try merge(child, into: kept, takesAttributes: takesAttributes)
    }
  }

  private static func merge(
    _ later: XMLElement, into kept: XMLElement, takesAttributes: Bool
  ) throws(DomainXMLError) {
    // The line break before the end tag goes: what follows brings its own.
    if let last = kept.node.children.last, last.isBlankText { last.unlink() }
    for node in later.node.children where node.kind != .other { try node.move(into: kept.node) }
    if takesAttributes {
      for (name, value) in later.node.attributes where kept.attribute(name) == nil && !name.contains(":") {
        try kept.setAttribute(name, value)
      }
    }
    later.remove()
  }
}

/// libvirt's `<pool>` document.
///
/// Corresponds to https://libvirt.org/formatstorage.html
package struct StoragePoolDocument: Hashable, Sendable {
  /// The pool's name.
  package let name: String
  /// Its UUID; nil if it has none yet.
  package let uuid: String?
  /// Such as `dir`, `netfs` or `logical`; empty if missing.
  package let type: String
  /// Where its volumes appear on the host; nil for pools without a path.
  package let targetPath: String?
  /// Its size in bytes; 0 while it is not running.
  package let capacityBytes: Int64
  /// The bytes that volumes use.
  package let allocationBytes: Int64
  /// The bytes still free.
  package let availableBytes: Int64

  /// Reads the document. Throws what ``XMLDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`,
  /// `invalidValue`, `outOfRange`.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot(["pool"])
    let root = document.root
    guard let name = root.child(named: "name")?.trimmedText else {
      throw DomainXMLError(.missing, line: root.line, element: "name", "the pool has no <name>")
    }
    self.name = name
    uuid = root.child(named: "uuid")?.trimmedText.flatMap(UUIDText.canonical)
    type = root.attribute("type") ?? ""
    targetPath = root.descendant("target", "path")?.trimmedText
    capacityBytes = try StoragePoolDocument.size("capacity", in: root)
    allocationBytes = try StoragePoolDocument.size("allocation", in: root)
    availableBytes = try StoragePoolDocument.size("available", in: root)
  }

  private static func size(_ name: String, in root: XMLElement) throws(DomainXMLError) -> Int64 {
    guard let element = root.child(named: name) else { return 0 }
    return try DataSize.bytes(of: element, defaultUnit: "bytes", allowsZero: true)
  }
}

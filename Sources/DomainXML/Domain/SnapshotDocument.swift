/// libvirt's `<domainsnapshot>` document: the state and devices of a guest at an earlier moment.
///
/// Corresponds to https://libvirt.org/formatsnapshot.html
package struct SnapshotDocument: Sendable {
  /// The snapshot's name; nil if libvirt is to choose one.
  package let name: String?
  /// The guest's state when it was taken, such as `running` or `shutoff`; nil if not stated.
  package let state: String?
  /// The name of the snapshot before it; nil for a first one.
  package let parent: String?
  /// The guest as it ran; nil in a document that was not taken yet.
  package let domain: DomainDocument?
  /// The guest as it was saved for its next start; nil if the same as ``domain``.
  package let inactiveDomain: DomainDocument?
  /// Files that hold the snapshot's disks or memory, in order, each once.
  package let snapshotPaths: [String]

  /// Reads the document. Throws what ``DomainDocument/init(parsing:)-(String)`` throws.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot(["domainsnapshot"])
    let root = document.root
    name = root.child(named: "name")?.trimmedText
    state = root.child(named: "state")?.trimmedText
    parent = root.descendant("parent", "name")?.trimmedText
    domain = try SnapshotDocument.domain("domain", in: root)
    inactiveDomain = try SnapshotDocument.domain("inactiveDomain", in: root)
    let disks = root.child(named: "disks")?.children(named: "disk") ?? []
    let files = disks.compactMap { DiskSource(of: $0).path }
    var seen: Set<String> = []
    snapshotPaths = (files + [root.child(named: "memory")?.attribute("file")].compactMap(\.self))
      .filter { seen.insert($0).inserted }
  }

  private static func domain(_ name: String, in root: XMLElement) throws(DomainXMLError) -> DomainDocument? {
    guard let element = root.child(named: name) else { return nil }
    return try DomainDocument(XMLDocument(parsing: element.markup), roots: [name])
  }

  /// Every readable hardware address in both documents, each once.
  package var allMACs: [HardwareAddress] {
    var seen: Set<HardwareAddress> = []
    return [domain, inactiveDomain].compactMap(\.self).flatMap(\.allMACs).filter { seen.insert($0).inserted }
  }

  /// Every path of the host that the snapshot and its guest use, each once.
  package var diskPaths: [String] {
    var seen: Set<String> = []
    return (snapshotPaths + [domain, inactiveDomain].compactMap(\.self).flatMap(\.diskPaths))
      .filter { seen.insert($0).inserted }
  }
}

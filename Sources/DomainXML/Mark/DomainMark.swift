/// Roost's mark in a domain, from which a lost coordinator database can be rebuilt.
///
/// It is stored in `<metadata>` as `<roost:vm xmlns:roost='https://roost.dev/xmlns/domain/1' id fleet revision>` with
/// `<roost:mac address>` and `<roost:vnc port>` inside.
package struct DomainMark: Hashable, Sendable {
  /// The namespace of the mark.
  package static let namespace = "https://roost.dev/xmlns/domain/1"
  /// The prefix of the namespace, which `virDomainSetMetadata` takes as its key.
  package static let prefix = "roost"
  /// The name of the mark's element.
  static let elementName = "vm"

  /// The VM's id in its fleet.
  package var vmID: String
  /// The fleet's id.
  package var fleetID: String
  /// The highest revision of a mark, 2⁴⁰; no VM changes so often.
  package static let highestRevision: Int64 = 1 << 40

  /// The revision of the spec that the domain was last made to follow; zero or above.
  package var revision: Int64
  /// The addresses handed out to the VM, in the order of its interfaces.
  package var macs: [HardwareAddress]
  /// The VNC port handed out to the VM; nil if none.
  package var vncPort: Int?

  /// Makes a mark.
  package init(vmID: String, fleetID: String, revision: Int64, macs: [HardwareAddress] = [], vncPort: Int? = nil) {
    self.vmID = vmID
    self.fleetID = fleetID
    self.revision = revision
    self.macs = macs
    self.vncPort = vncPort
  }
}

extension DomainMark {
  /// Reads what `virDomainGetMetadata` answers: the bare element, with or without namespace.
  ///
  /// Throws what ``XMLDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`, `invalidValue`.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot([DomainMark.elementName])
    try self.init(document.root)
  }

  /// Reads `<vm>`.
  init(_ element: XMLElement) throws(DomainXMLError) {
    vmID = try DomainMark.required("id", of: element)
    fleetID = try DomainMark.required("fleet", of: element)
    let revision = try DomainMark.required("revision", of: element)
    guard let number = Int64(revision, radix: 10), (0...DomainMark.highestRevision).contains(number) else {
      throw DomainXMLError(
        .invalidValue, line: element.line, element: "vm/@revision", "\"\(revision.prefix(40))\" is not a revision")
    }
    self.revision = number
    macs = []
    for child in element.children where child.name == "mac" {
      let text = try DomainMark.required("address", of: child)
      guard let mac = HardwareAddress(text) else {
        throw DomainXMLError(
          .invalidValue, line: child.line, element: "mac/@address", "\"\(text.prefix(40))\" is not a MAC address")
      }
      macs.append(mac)
    }
    vncPort = try element.children.first { $0.name == "vnc" }.map { vnc throws(DomainXMLError) in
      let text = try DomainMark.required("port", of: vnc)
      guard let port = Int(text, radix: 10), (1...65_535).contains(port) else {
        throw DomainXMLError(
          .invalidValue, line: vnc.line, element: "vnc/@port", "\"\(text.prefix(40))\" is not a port")
      }
      return port
    }
  }

  private static func required(_ name: String, of element: XMLElement) throws(DomainXMLError) -> String {
    guard let value = element.attribute(name), !value.isEmpty else {
      throw DomainXMLError(
        .missing, line: element.line, element: "\(element.name)/@\(name)", "Roost's mark has no \(name)")
    }
    return value
  }

  /// The bare element without namespace, as `virDomainSetMetadata` wants it: libvirt adds ``prefix`` itself.
  ///
  /// Throws `invalidCharacter` if an id holds what XML does not allow.
  package func markup() throws(DomainXMLError) -> String {
    let document = try XMLDocument(root: DomainMark.elementName)
    try write(to: document.root)
    return document.root.markup
  }

  /// Fills an empty `<vm>`; children join its namespace.
  func write(to element: XMLElement) throws(DomainXMLError) {
    try element.setAttribute("id", vmID)
    try element.setAttribute("fleet", fleetID)
    try element.setAttribute("revision", String(revision))
    for mac in macs {
      try element.add("mac", ["address": mac.description]).node.shareNamespace(of: element.node)
    }
    if let vncPort {
      try element.add("vnc", ["port": String(vncPort)]).node.shareNamespace(of: element.node)
    }
  }
}

extension DomainDocument {
  /// Roost's mark; nil if there is none. Throws `missing` and `invalidValue` if it is malformed.
  package var mark: DomainMark? {
    get throws(DomainXMLError) {
      guard let element = DomainDocument.markElement(in: root) else { return nil }
      return try DomainMark(element)
    }
  }

  /// Sets Roost's mark, or removes it. Other metadata is not touched.
  package mutating func setMark(_ mark: DomainMark?) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      DomainDocument.markElement(in: root)?.remove()
      guard let mark else {
        if let metadata = root.child(named: "metadata"), metadata.node.firstChild == nil { metadata.remove() }
        return
      }
      let element = try root.ensure("metadata").add(DomainMark.elementName)
      try element.node.declareNamespace(prefix: DomainMark.prefix, uri: DomainMark.namespace)
      try mark.write(to: element)
    }
  }

  private static func markElement(in root: XMLElement) -> XMLElement? {
    root.child(named: "metadata")?.child(named: DomainMark.elementName, namespace: DomainMark.namespace)
  }
}

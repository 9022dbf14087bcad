/// libvirt's `<capabilities>` document: the properties of a host and the guests that it can run.
///
/// Corresponds to `virConnectGetCapabilities`, https://libvirt.org/formatcaps.html
package struct HostCapabilitiesDocument: Hashable, Sendable {
  /// The host's UUID as libvirt knows it; nil if absent.
  package let hostUUID: String?
  /// The host's processor.
  package let cpu: HostCPU
  /// The host's NUMA nodes by rising id; empty if libvirt does not say.
  package let cells: [NUMACell]
  /// Whether the host's IOMMU is on; nil if libvirt does not say.
  package let hasIOMMU: Bool?
  /// The transports for live migration, such as `tcp`; empty if guests can't migrate.
  package let migrationTransports: [String]
  /// The security drivers in use, such as `apparmor` and `dac`.
  package let securityModels: [String]
  /// The kinds of guests, one for each architecture and system type.
  package let guests: [GuestCapability]

  /// Reads the document. Throws what ``XMLDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`,
  /// and `outOfRange` or `invalidValue` for a memory size.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot(["capabilities"])
    guard let host = document.root.child(named: "host") else {
      throw DomainXMLError(.missing, line: document.root.line, element: "host", "the capabilities have no <host>")
    }
    hostUUID = host.child(named: "uuid")?.trimmedText.flatMap(UUIDText.canonical)
    cpu = HostCPU(host.child(named: "cpu"))
    var cells: [NUMACell] = []
    for cell in host.descendant("topology", "cells")?.children(named: "cell") ?? [] {
      cells.append(try NUMACell(cell))
    }
    self.cells = cells.sorted { $0.id < $1.id }
    hasIOMMU = host.child(named: "iommu")?.flag("support")
    migrationTransports =
      host.descendant("migration_features", "uri_transports")?.children(named: "uri_transport")
      .compactMap(\.trimmedText) ?? []
    securityModels = host.children(named: "secmodel").compactMap { $0.child(named: "model")?.trimmedText }
    guests = document.root.children(named: "guest").compactMap(GuestCapability.init)
  }

  /// The memory of all nodes in bytes; nil if libvirt does not say.
  package var memoryBytes: Int64? {
    cells.isEmpty
      ? nil
      : cells.reduce(0) { sum, cell in
        let (total, overflow) = sum.addingReportingOverflow(cell.memoryBytes)
        return overflow ? .max : total
      }
  }

  /// What the host says about whole virtual machines of an architecture; nil if it can't run them.
  package func guest(architecture: String) -> GuestCapability? {
    guests.first { $0.architecture == architecture && $0.systemType == "hvm" }
  }
}

/// A host's processor.
package struct HostCPU: Hashable, Sendable {
  /// Such as `x86_64`; empty if absent.
  package let architecture: String
  /// The nearest model libvirt knows; nil if none.
  package let model: String?
  /// Such as `Intel`; nil if unknown.
  package let vendor: String?
  /// How the processors are arranged; nil if unknown.
  package let topology: CPUTopology?
  /// Features beyond its model's, in libvirt's order.
  package let features: [String]
  /// The page sizes it has, in bytes.
  package let pageSizesBytes: [Int64]

  init(_ element: XMLElement?) {
    architecture = element?.child(named: "arch")?.trimmedText ?? ""
    model = element?.child(named: "model")?.trimmedText
    vendor = element?.child(named: "vendor")?.trimmedText
    topology = element?.child(named: "topology").flatMap(CPUTopology.init)
    features = element?.children(named: "feature").compactMap { $0.attribute("name") } ?? []
    pageSizesBytes = element?.children(named: "pages").compactMap(PageCount.sizeBytes) ?? []
  }
}

/// One NUMA node of a host.
package struct NUMACell: Hashable, Sendable {
  /// The node's number.
  package let id: Int
  /// Its memory in bytes; zero for a node without any.
  package let memoryBytes: Int64
  /// The numbers of its processors, in libvirt's order.
  package let cpus: [Int]
  /// How many pages of each size it has.
  package let pages: [PageCount]

  init(_ element: XMLElement) throws(DomainXMLError) {
    guard let id = element.number("id") else {
      throw DomainXMLError(.missing, line: element.line, element: "cell/@id", "a NUMA cell has no number")
    }
    self.id = id
    memoryBytes =
      if let memory = element.child(named: "memory") {
        try DataSize.bytes(of: memory, defaultUnit: "KiB", allowsZero: true)
      } else { 0 }
    cpus = element.child(named: "cpus")?.children(named: "cpu").compactMap { $0.number("id") } ?? []
    pages = element.children(named: "pages").compactMap(PageCount.init)
  }
}

/// How many pages of one size a NUMA node has.
package struct PageCount: Hashable, Sendable {
  /// The size of one page in bytes.
  package let sizeBytes: Int64
  /// How many there are, used or free.
  package let count: Int64

  /// Reads `<pages>`; nil if it is malformed.
  init?(_ element: XMLElement) {
    guard let size = PageCount.sizeBytes(of: element), let count = element.textNumber.flatMap(Int64.init(exactly:)),
      count >= 0
    else { return nil }
    sizeBytes = size
    self.count = count
  }

  /// The size that `<pages>` states, in bytes; nil if it is malformed.
  static func sizeBytes(of element: XMLElement) -> Int64? {
    guard let size = element.number("size").flatMap(Int64.init(exactly:)), size > 0,
      let scale = DataSize.bytes(perUnit: element.attribute("unit") ?? "KiB")
    else { return nil }
    let (bytes, overflow) = size.multipliedReportingOverflow(by: scale)
    return overflow ? nil : bytes
  }
}

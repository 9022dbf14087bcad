/// libvirt's `<capabilities>` document: what a host is and which guests it can run.
///
/// Corresponds to `virConnectGetCapabilities`, https://libvirt.org/formatcaps.html
public struct HostCapabilitiesDocument: Hashable, Sendable {
  /// The host's UUID as libvirt knows it; nil if absent.
  public let hostUUID: String?
  /// The host's processor.
  public let cpu: HostCPU
  /// The host's NUMA nodes by rising id; empty if libvirt does not say.
  public let cells: [NUMACell]
  /// Whether the host's IOMMU is on; nil if libvirt does not say.
  public let hasIOMMU: Bool?
  /// How running guests can leave, such as `tcp`; empty if they can't.
  public let migrationTransports: [String]
  /// The security drivers in use, such as `apparmor` and `dac`.
  public let securityModels: [String]
  /// The kinds of guests, one for each architecture and system type.
  public let guests: [GuestCapability]

  /// Reads the document. Throws what ``MarkupDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`,
  /// and `outOfRange` or `invalidValue` for a memory size.
  public init(parsing text: String) throws(DomainXMLError) {
    let document = try MarkupDocument(parsing: text)
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
  public var memoryBytes: Int64? {
    cells.isEmpty
      ? nil
      : cells.reduce(0) { sum, cell in
        let (total, overflow) = sum.addingReportingOverflow(cell.memoryBytes)
        return overflow ? .max : total
      }
  }

  /// What the host says about whole virtual machines of an architecture; nil if it can't run them.
  public func guest(architecture: String) -> GuestCapability? {
    guests.first { $0.architecture == architecture && $0.systemType == "hvm" }
  }
}

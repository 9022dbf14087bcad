/// One NUMA node of a host.
public struct NUMACell: Hashable, Sendable {
  /// The node's number.
  public let id: Int
  /// Its memory in bytes; zero for a node without any.
  public let memoryBytes: Int64
  /// The numbers of its processors, in libvirt's order.
  public let cpus: [Int]
  /// How many pages of each size it has.
  public let pages: [PageCount]

  init(_ element: MarkupElement) throws(DomainXMLError) {
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

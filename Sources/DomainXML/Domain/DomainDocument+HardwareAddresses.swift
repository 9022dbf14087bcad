extension DomainDocument {
  /// Every readable hardware address in document order, each once.
  ///
  /// Interfaces of all kinds count, and so do `mac=` options in QEMU arguments passed through libvirt.
  public var allMACs: [HardwareAddress] {
    var seen: Set<HardwareAddress> = []
    // BOUNDED: two lists.
    return (interfaces.compactMap(\.mac) + passedThroughMACs).filter { seen.insert($0).inserted }
  }

  /// The namespace of QEMU arguments passed through libvirt.
  private static let emulatorNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"

  private var passedThroughMACs: [HardwareAddress] {
    let namespace = DomainDocument.emulatorNamespace
    let arguments = root.children(named: "commandline", namespace: namespace)
      .flatMap { $0.children(named: "arg", namespace: namespace) }
      .compactMap { $0.attribute("value") }
    return arguments.flatMap { argument in
      argument.split(separator: ",", maxSplits: 256).filter { $0.hasPrefix("mac=") }
        .compactMap { HardwareAddress(String($0.dropFirst("mac=".count))) }
    }
  }

  /// The interfaces' addresses, in order, if they could all be in use at once.
  ///
  /// Throws `invalidValue` for text that is no address and for multicast, broadcast and zero; `duplicate` for one
  /// that stands twice.
  public func checkedMACs() throws(DomainXMLError) -> [HardwareAddress] {
    var result: [HardwareAddress] = []
    for interface in devices?.children(named: "interface") ?? [] {
      guard let element = interface.child(named: "mac"), let text = element.attribute("address") else { continue }
      guard let mac = HardwareAddress(text) else {
        throw DomainXMLError(
          .invalidValue, line: element.line, element: "mac/@address", "\"\(text.prefix(40))\" is not a MAC address")
      }
      guard mac.isUsable else {
        let reason = mac.isZero ? "all zero" : "a multicast address"
        throw DomainXMLError(
          .invalidValue, line: element.line, element: "mac/@address", "the MAC address \(mac) is \(reason)")
      }
      guard !result.contains(mac) else {
        throw DomainXMLError(
          .duplicate, line: element.line, element: "mac/@address", "the MAC address \(mac) stands twice")
      }
      result.append(mac)
    }
    return result
  }
}

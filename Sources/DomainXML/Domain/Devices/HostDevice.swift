/// A device of the host that is passed through to a guest.
package struct HostDevice: Hashable, Sendable {
  /// What it is, such as `pci`, `usb` or `mdev`.
  package let kind: String
  /// A PCI address as `0000:3b:00.0`; nil for other kinds.
  package let pciAddress: String?

  init(_ element: XMLElement) {
    let address = element.descendant("source", "address")
    kind = address?.attribute("type") ?? element.attribute("type") ?? ""
    pciAddress = kind == "pci" ? address.flatMap(HostDevice.pciAddress) : nil
  }

  /// The address of a PCI device of the host; nil if it can't be read.
  static func pciAddress(_ element: XMLElement) -> String? {
    guard let domain = hex(element.number("domain") ?? 0, digits: 4),
      let bus = element.number("bus").flatMap({ hex($0, digits: 2) }),
      let slot = element.number("slot").flatMap({ hex($0, digits: 2) }),
      let function = hex(element.number("function") ?? 0, digits: 1)
    else { return nil }
    return "\(domain):\(bus):\(slot).\(function)"
  }

  static func hex(_ number: Int, digits: Int) -> String? {
    guard number >= 0 else { return nil }
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}

extension DomainDocument {
  /// The host's devices passed through to the guest: `<hostdev>` and interfaces of that kind, in this order.
  ///
  /// A guest that has one can't be moved while it runs.
  package var hostDevices: [HostDevice] {
    let interfaces = (devices?.children(named: "interface") ?? []).filter { $0.attribute("type") == "hostdev" }
    return ((devices?.children(named: "hostdev") ?? []) + interfaces).map(HostDevice.init)
  }
}

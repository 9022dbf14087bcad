extension DomainDocument {
  /// The devices of the host of which the guest has exclusive use, and those that its interfaces use.
  var hostDeviceRequirements: [DomainRequirement] {
    (devices?.children ?? []).flatMap { device -> [DomainRequirement] in
      switch device.name {
      case "hostdev": requirements(of: device)
      case "interface": interfaceRequirements(device)
      default: []
      }
    }
  }

  private func requirements(of device: XMLElement) -> [DomainRequirement] {
    guard let source = device.child(named: "source"), source.attribute("startupPolicy") != "optional" else { return [] }
    let address = source.child(named: "address")
    switch device.attribute("type") {
    case "pci":
      return address.flatMap(HostDevice.pciAddress).map { [.init(.pci, $0, for: "its PCI device")] } ?? []
    case "usb":
      if let vendor = source.child(named: "vendor")?.number("id"),
        let product = source.child(named: "product")?.number("id"),
        let first = HostDevice.hex(vendor, digits: 4), let second = HostDevice.hex(product, digits: 4)
      {
        return [.init(.usb, "\(first):\(second)", for: "its USB device")]
      }
      guard let bus = address?.number("bus"), let number = address?.number("device"), (0...999).contains(bus),
        (0...999).contains(number)
      else { return [] }
      let digits = { (number: Int) in String(repeating: "0", count: max(0, 3 - "\(number)".utf8.count)) + "\(number)" }
      return [.init(.file, "/dev/bus/usb/\(digits(bus))/\(digits(number))", for: "its USB device")]
    case "mdev":
      return address?.attribute("uuid").flatMap(UUIDText.canonical).map {
        [.init(.mdev, $0, for: "its mediated device")]
      } ?? []
    case "storage", "misc":
      let path = absolute(source.child(named: "block")?.trimmedText ?? source.child(named: "char")?.trimmedText)
      return path.map { [.init(.file, $0, for: "its device of the host")] } ?? []
    default: return []
    }
  }

  private func interfaceRequirements(_ interface: XMLElement) -> [DomainRequirement] {
    let source = interface.child(named: "source")
    switch InterfaceKind(rawValue: interface.attribute("type") ?? "") {
    case .direct:
      return source?.attribute("dev").map { [.init(.networkDevice, $0, for: "its interface")] } ?? []
    case .hostdev:
      let address = source?.child(named: "address").flatMap(HostDevice.pciAddress)
      return address.map { [.init(.pci, $0, for: "its interface")] } ?? []
    case .vdpa:
      return absolute(source?.attribute("dev")).map { [.init(.file, $0, for: "its interface")] } ?? []
    case .vhostUser where source?.attribute("mode") == "client":
      return absolute(source?.attribute("path")).map { [.init(.file, $0, for: "its interface")] } ?? []
    default: return []
    }
  }
}

internal import Fleet

extension KernelFiles {
  /// How many devices of one kind are told.
  private static let deviceLimit = 200

  /// The devices that a guest may be given or plugged into, as ``HostFacts/offers`` names them.
  var deviceOffers: [String] {
    let pci = names("/sys/bus/pci/devices").filter { address in
      // Bridges are the host's own.
      text("/sys/bus/pci/devices/\(address)/class")?.hasPrefix("0x06") == false
    }
    let usb = names("/sys/bus/usb/devices").compactMap { name -> String? in
      let path = "/sys/bus/usb/devices/\(name)"
      guard text("\(path)/bDeviceClass") != "09", let vendor = text("\(path)/idVendor"),
        let product = text("\(path)/idProduct")
      else { return nil }
      return "\(vendor):\(product)"
    }
    let network = names("/sys/class/net").filter { name in
      name != "lo" && !["vnet", "veth", "tap", "docker", "macvtap"].contains(where: name.hasPrefix)
    }
    let isIsolating = !names("/sys/class/iommu").isEmpty
    return offers(.pci, pci) + offers(.usb, usb) + offers(.mdev, names("/sys/bus/mdev/devices"))
      + offers(.networkDevice, network) + ["iommu/\(isIsolating ? "on" : "off")"]
  }

  /// The kind itself, and what there is of it; nothing of a kind with more than a report has room for, since half a
  /// list would tell that the rest is lacking.
  private func offers(_ kind: HostNeed.Kind, _ values: [String]) -> [String] {
    let found = Set(values.filter { $0.utf8.count <= 64 && $0.isPrintable })
    guard found.count <= Self.deviceLimit else { return [] }
    return ["\(kind.rawValue)/"] + found.sorted().map { "\(kind.rawValue)/\($0)" }
  }
}

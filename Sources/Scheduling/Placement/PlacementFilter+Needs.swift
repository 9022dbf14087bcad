internal import Fleet

extension PlacementFilter {
  /// One rule for each kind of need that a domain document has, named after the kind.
  static let needs: [PlacementFilter] = HostNeed.Kind.allCases.map { kind in
    PlacementFilter(rule: kind.rawValue) { request, host in
      let needs = request.constraints.needs
      guard !needs.isEmpty else { return nil }
      for need in needs.sorted(by: { ($0.value, $0.subject) < ($1.value, $1.subject) }) where need.kind == kind {
        if let lack = lack(of: need, request, on: host) { return lack }
      }
      return nil
    }
  }

  private static func lack(of need: HostNeed, _ request: PlacementRequest, on host: HostSnapshot) -> String? {
    switch need.kind {
    case .file, .directory, .volume: pathLack(of: need, on: host)
    case .cpus: numberLack(of: need, "CPUs", has: Set(host.traits.cells.flatMap(\.cpus)))
    case .nodes: numberLack(of: need, "NUMA nodes", has: Set(host.traits.cells.map(\.id)))
    case .pool:
      host.traits.pools.isEmpty || host.traits.pools[need.value] != nil
        ? nil : wants(need, "storage pool", has: Array(host.traits.pools.keys))
    case .cpuModel: modelLack(of: need, request, on: host)
    case .pci, .usb, .mdev: hardwareLack(of: need, on: host)
    default: offerLack(of: need, on: host)
    }
  }

  private static func pathLack(of need: HostNeed, on host: HostSnapshot) -> String? {
    let what = need.kind == .volume ? "the volume \(need.value.printable)" : need.value.printable
    let prefix = "wants \(what) for \(need.subject.printable)"
    switch host.files {
    case .unasked: return nil
    case .unknown(let reason): return "\(prefix), it is not known whether that is there: \(reason)"
    case .found(let kinds):
      // A volume without a known path has no entry.
      switch (kinds[need.value] ?? (need.kind == .volume ? .hidden : .missing), need.kind) {
      case (.missing, _): return "\(prefix), which is not on it"
      case (.directory, .file): return "\(prefix), which is a directory there"
      // Old agents report a directory as `other`.
      case (.regular, .directory), (.block, .directory): return "\(prefix), which is not a directory there"
      // QEMU may read files that the agent's user may not.
      case (.regular, _), (.block, _), (.other, _), (.directory, _), (.hidden, _): return nil
      }
    }
  }

  private static func numberLack(of need: HostNeed, _ what: String, has: Set<Int>) -> String? {
    guard !has.isEmpty, let wanted = HostNeed.numbers(in: need.value),
      let lacking = wanted.subtracting(has).min()
    else { return nil }
    return
      "wants \(what) \(need.value.printable) for \(need.subject.printable), it has no \(lacking) among its \(has.count)"
  }

  private static func modelLack(of need: HostNeed, _ request: PlacementRequest, on host: HostSnapshot) -> String? {
    let models = host.traits.cpuModels
    // Without KVM the guest runs on the emulator's CPU, whatever the model.
    guard host.accelerates(request.spec), !models.isEmpty, !models.contains(need.value) else { return nil }
    return wants(need, "CPU model", has: Array(models))
  }

  private static func hardwareLack(of need: HostNeed, on host: HostSnapshot) -> String? {
    if let lack = offerLack(of: need, on: host) { return lack }
    guard need.kind == .pci, host.traits.offers.contains("iommu/off") else { return nil }
    return "wants \(need.value.printable) for \(need.subject.printable), which it can't lend: its IOMMU is off"
  }

  private static func offerLack(of need: HostNeed, on host: HostSnapshot) -> String? {
    let prefix = "\(need.kind.rawValue)/"
    // A kind that the host does not report refuses no request.
    guard host.traits.offers.contains(prefix), !host.traits.offers.contains(prefix + need.value) else { return nil }
    let has = host.traits.offers.filter { $0.hasPrefix(prefix) && $0 != prefix }.map {
      String($0.dropFirst(prefix.count))
    }
    return wants(need, need.kind.words, has: has)
  }

  private static func wants(_ need: HostNeed, _ what: String, has: [String]) -> String {
    "wants \(what) \(need.value.printable) for \(need.subject.printable), \(listing(has.sorted(), none: "it has none"))"
  }
}

extension HostNeed.Kind {
  /// The kind in words, as a refusal names it.
  fileprivate var words: String {
    switch self {
    case .firmware: "firmware"
    case .tpm: "TPM backend"
    case .tpmModel: "TPM model"
    case .video: "video model"
    case .graphics: "graphics server"
    case .filesystem: "file system driver"
    case .diskBus: "disk bus"
    case .random: "source of random numbers"
    case .memorySource: "memory source"
    case .security: "security driver"
    case .launchSecurity: "memory encryption"
    case .pci: "PCI device"
    case .usb: "USB device"
    case .mdev: "mediated device"
    case .networkDevice: "network device"
    case .pool: "storage pool"
    case .volume: "volume"
    case .cpus: "CPUs"
    case .nodes: "NUMA nodes"
    case .cpuModel: "CPU model"
    case .file: "file"
    case .directory: "directory"
    }
  }
}

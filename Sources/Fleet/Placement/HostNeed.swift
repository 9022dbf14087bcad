/// One requirement of a VM's domain document on its host: a device, a file, or a feature of the emulator.
package struct HostNeed: Hashable, Sendable, Encodable {
  /// The kind of a requirement; also the name of the placement rule.
  package enum Kind: String, Hashable, Sendable, CaseIterable, Word {
    /// Firmware that libvirt chooses: `efi`, `bios`, or `secure-boot`.
    case firmware
    /// The backend of a TPM, such as `emulator`.
    case tpm
    /// A TPM's model.
    case tpmModel = "tpm-model"
    /// A video model.
    case video
    /// A graphics server.
    case graphics
    /// How a directory of the host is shared.
    case filesystem
    /// A disk bus.
    case diskBus = "disk-bus"
    /// The source of random numbers.
    case random
    /// The backing of guest memory.
    case memorySource = "memory-source"
    /// A security driver.
    case security
    /// Memory encryption.
    case launchSecurity = "launch-security"
    /// A PCI device, by address.
    case pci
    /// A USB device, as `vendor:product`.
    case usb
    /// A mediated device, by UUID.
    case mdev
    /// A network device, by name.
    case networkDevice = "network-device"
    /// A storage pool, by name.
    case pool
    /// A volume of a storage pool, as `POOL/NAME`.
    case volume
    /// Logical processors, as a list such as `28-31`.
    case cpus
    /// NUMA nodes, as a list.
    case nodes
    /// A processor model for a guest that KVM runs.
    case cpuModel = "cpu-model"
    /// A file, socket or device at an absolute path.
    case file
    /// A directory at an absolute path.
    case directory
  }

  /// The kind.
  package var kind: Kind
  /// The value.
  package var value: String
  /// The part of the VM that requires it, such as `its TPM`.
  package var subject: String

  enum CodingKeys: String, CodingKey { case kind, value, subject }

  /// Makes a need.
  package init(_ kind: Kind, _ value: String, for subject: String) {
    self.kind = kind
    self.value = value
    self.subject = subject
  }

  /// True for hardware of one host, which ties the VM to that host.
  package var isHardware: Bool {
    switch kind {
    case .pci, .usb, .mdev: true
    default: false
    }
  }

  /// True for a path, for which a host is queried.
  package var isPath: Bool { kind == .file || kind == .directory }

  /// The pool and the name of a volume; nil for other kinds.
  package var volume: (pool: String, name: String)? {
    guard kind == .volume else { return nil }
    let parts = value.split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }

  /// True if ``HostFacts/offers`` answers it.
  package var isOffered: Bool {
    switch kind {
    case .pool, .volume, .cpus, .nodes, .cpuModel, .file, .directory: false
    default: true
    }
  }
}

extension HostNeed {
  /// Returns the need if it is valid. Throws ``FleetError`` with code `invalid`.
  @discardableResult
  package func checked() throws(FleetError) -> HostNeed {
    guard !value.isEmpty, value.utf8.count <= 4096, value.isPrintable, subject.utf8.count <= 300, subject.isPrintable
    else { throw FleetError(.invalid, "\"\(value.printable)\" is not a \(kind.rawValue) that a host may have") }
    return self
  }

  /// The numbers of a list such as `0-3,^2,8`, as libvirt reads it; nil for another text and for numbers beyond 4095.
  package static func numbers(in list: String) -> Set<Int>? {
    var found: Set<Int> = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let text = part.filter { !$0.isWhitespace }
      let isTakenOut = text.hasPrefix("^")
      let ends = text.dropFirst(isTakenOut ? 1 : 0).split(separator: "-", omittingEmptySubsequences: false)
      guard let lowText = ends.first, let low = Int(lowText), let high = ends.count == 2 ? Int(ends[1]) : low,
        ends.count <= 2, 0 <= low, low <= high, high <= 4095
      else { return nil }
      if isTakenOut { found.subtract(low...high) } else { found.formUnion(low...high) }
    }
    return found
  }
}

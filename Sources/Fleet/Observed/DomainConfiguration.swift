/// The content of one domain document.
package struct DomainConfiguration: Hashable, Sendable {
  /// Virtual CPUs.
  package var vcpus: Int
  /// Memory.
  package var memory: ByteCount
  /// The guest's architecture.
  package var architecture: String
  /// The machine type.
  package var machine: String
  /// libvirt's domain type, such as `kvm` or `qemu`.
  package var type: String
  /// Network interfaces.
  package var nics: [ObservedNIC]
  /// Disks and drives.
  package var disks: [ObservedDisk]
  /// Displays.
  package var graphics: [ObservedGraphics]
  /// True if it has a serial device.
  package var hasSerialConsole: Bool
  /// The SMBIOS UUID, if the document overrides it, else empty.
  package var smbiosUUID: String
  /// The memory that the guest can get without a restart; zero if unknown.
  package var maximumMemory: ByteCount
  /// The vCPUs that the guest can get without a restart; zero if unknown.
  package var maximumVCPUs: Int
  /// MAC addresses in arguments that libvirt passes to QEMU unread.
  package var passedMACs: [MACAddress]
  /// The file with its firmware's variables, or empty.
  package var nvram: String
  /// Devices of its host of which it has exclusive use, as ``HostNeed`` names them, such as `pci/0000:3b:00.0`.
  package var hostDevices: [String]

  package init(
    vcpus: Int = 0, memory: ByteCount = .zero, architecture: String = "", machine: String = "", type: String = "",
    nics: [ObservedNIC] = [], disks: [ObservedDisk] = [], graphics: [ObservedGraphics] = [],
    hasSerialConsole: Bool = false, smbiosUUID: String = "", maximumMemory: ByteCount = .zero, maximumVCPUs: Int = 0,
    passedMACs: [MACAddress] = [], nvram: String = "", hostDevices: [String] = []
  ) {
    self.vcpus = vcpus
    self.memory = memory
    self.architecture = architecture
    self.machine = machine
    self.type = type
    self.nics = nics
    self.disks = disks
    self.graphics = graphics
    self.hasSerialConsole = hasSerialConsole
    self.smbiosUUID = smbiosUUID
    self.maximumMemory = maximumMemory
    self.maximumVCPUs = maximumVCPUs
    self.passedMACs = passedMACs
    self.nvram = nvram
    self.hostDevices = hostDevices
  }
}

extension DomainConfiguration {
  /// The same configuration, whose lists occupy no memory of their own where they equal another's.
  func sharing(_ other: DomainConfiguration?) -> DomainConfiguration {
    guard let other else { return self }
    var shared = self
    if nics == other.nics { shared.nics = other.nics }
    if disks == other.disks { shared.disks = other.disks }
    if graphics == other.graphics { shared.graphics = other.graphics }
    if hostDevices == other.hostDevices { shared.hostDevices = other.hostDevices }
    return shared
  }
}

/// A network interface in a domain document.
package struct ObservedNIC: Hashable, Sendable {
  /// Its address; nil if the document leaves it to libvirt.
  package var mac: MACAddress?
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String
  /// The model, or empty.
  package var model: String
  /// The host's tap device of a running guest, or empty.
  package var device: String

  package init(mac: MACAddress?, network: String = "", bridge: String = "", model: String = "", device: String = "") {
    self.mac = mac
    self.network = network
    self.bridge = bridge
    self.model = model
    self.device = device
  }
}

/// A display in a domain document.
package struct ObservedGraphics: Hashable, Sendable {
  /// `vnc`, `spice` …
  package var type: String
  /// The address it listens on, or empty.
  package var listen: String
  /// The TCP port; nil before libvirt has chosen one.
  package var port: Int?
  /// True if libvirt chooses the port.
  package var autoport: Bool
  /// True if it listens at no port, only on a unix socket or for connections that libvirt hands to it.
  package var isSocket: Bool

  package init(
    type: String, listen: String = "", port: Int? = nil, autoport: Bool = false, isSocket: Bool = false
  ) {
    self.type = type
    self.listen = listen
    self.port = port
    self.autoport = autoport
    self.isSocket = isSocket
  }
}

/// An IP address of a guest's NIC.
package struct AddressLease: Hashable, Sendable {
  /// The NIC.
  package var mac: MACAddress
  /// The address.
  package var ip: String
  /// The source: `lease`, `agent` or `arp`.
  package var source: String

  package init(mac: MACAddress, ip: String, source: String) {
    self.mac = mac
    self.ip = ip
    self.source = source
  }
}

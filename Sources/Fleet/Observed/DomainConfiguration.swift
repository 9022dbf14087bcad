/// What one domain document says of a guest.
public struct DomainConfiguration: Hashable, Sendable {
  /// Virtual CPUs.
  public var vcpus: Int
  /// Memory.
  public var memory: ByteCount
  /// The guest's architecture.
  public var architecture: String
  /// The machine type.
  public var machine: String
  /// libvirt's domain type, such as `kvm` or `qemu`.
  public var type: String
  /// Network interfaces.
  public var nics: [ObservedNIC]
  /// Disks and drives.
  public var disks: [ObservedDisk]
  /// Displays.
  public var graphics: [ObservedGraphics]
  /// True if it has a serial device.
  public var hasSerialConsole: Bool
  /// The SMBIOS UUID, if the document overrides it, else empty.
  public var smbiosUUID: String
  /// The memory the guest can be given without a restart; zero if that is not known.
  public var maximumMemory: ByteCount
  /// The virtual CPUs the guest can be given without a restart; zero if that is not known.
  public var maximumVCPUs: Int
  /// Addresses that go past libvirt in QEMU's arguments.
  public var passedMACs: [MACAddress]
  /// The file with its firmware's variables, or empty.
  public var nvram: String
  /// Devices of its host that it has for itself, as ``HostNeed`` names them, such as `pci/0000:3b:00.0`.
  public var hostDevices: [String]

  /// Makes the value.
  public init(
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

/// A network interface as a domain document has it.
public struct ObservedNIC: Hashable, Sendable {
  /// Its address; nil if the document leaves it to libvirt.
  public var mac: MACAddress?
  /// The libvirt network, or empty.
  public var network: String
  /// The bridge, or empty.
  public var bridge: String
  /// The model, or empty.
  public var model: String
  /// The host's tap device of a running guest, or empty.
  public var device: String

  /// Makes the value.
  public init(mac: MACAddress?, network: String = "", bridge: String = "", model: String = "", device: String = "") {
    self.mac = mac
    self.network = network
    self.bridge = bridge
    self.model = model
    self.device = device
  }
}

/// A display as a domain document has it.
public struct ObservedGraphics: Hashable, Sendable {
  /// `vnc`, `spice` …
  public var type: String
  /// The address it listens on, or empty.
  public var listen: String
  /// The TCP port; nil before libvirt has chosen one.
  public var port: Int?
  /// True if libvirt chooses the port.
  public var autoport: Bool

  /// Makes the value.
  public init(type: String, listen: String = "", port: Int? = nil, autoport: Bool = false) {
    self.type = type
    self.listen = listen
    self.port = port
    self.autoport = autoport
  }
}

/// An address that a guest's NIC is known by.
public struct AddressLease: Hashable, Sendable {
  /// The NIC.
  public var mac: MACAddress
  /// The address.
  public var ip: String
  /// How it is known: `lease`, `agent` or `arp`.
  public var source: String

  /// Makes the value.
  public init(mac: MACAddress, ip: String, source: String) {
    self.mac = mac
    self.ip = ip
    self.source = source
  }
}

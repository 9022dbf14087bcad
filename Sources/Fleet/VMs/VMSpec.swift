/// What a virtual machine asks for.
public struct VMSpec: Hashable, Sendable {
  /// The VM's name, unique in the fleet.
  public var name: String
  /// Virtual CPUs, 1 or more.
  public var vcpus: Int
  /// How many of them the guest starts with, if not all.
  public var startVCPUs: Int?
  /// Memory the guest has at most.
  public var memory: ByteCount
  /// How much of it the guest is given at its start, if not all.
  public var startMemory: ByteCount?
  /// libvirt's name of the guest's architecture, such as `x86_64`.
  public var architecture: String
  /// A machine type or alias such as `pc` or `q35`; nil for the host's default.
  public var machine: String?
  /// Whether hardware acceleration is needed.
  public var acceleration: AccelerationPreference
  /// Disks and drives in order.
  public var disks: [DiskSpec]
  /// Network interfaces in order.
  public var nics: [NICSpec]
  /// The VNC display, or nil for none.
  public var vnc: VNCSpec?
  /// True for a serial console.
  public var serialConsole: Bool
  /// What the guest boots from, first one first.
  public var bootOrder: [BootDevice]
  /// Labels, at most 64.
  public var labels: [String: String]
  /// The domain document an imported VM was made from; what Roost does not model is kept from it.
  public var document: String?

  /// Makes a spec; see ``validated()`` for what must hold.
  public init(
    name: String, vcpus: Int, memory: ByteCount, architecture: String = "x86_64", machine: String? = nil,
    acceleration: AccelerationPreference = .preferred, disks: [DiskSpec] = [], nics: [NICSpec] = [],
    vnc: VNCSpec? = VNCSpec(), serialConsole: Bool = true, bootOrder: [BootDevice] = [.disk],
    labels: [String: String] = [:], document: String? = nil, startVCPUs: Int? = nil, startMemory: ByteCount? = nil
  ) {
    self.name = name
    self.vcpus = vcpus
    self.startVCPUs = startVCPUs
    self.memory = memory
    self.startMemory = startMemory
    self.architecture = architecture
    self.machine = machine
    self.acceleration = acceleration
    self.disks = disks
    self.nics = nics
    self.vnc = vnc
    self.serialConsole = serialConsole
    self.bootOrder = bootOrder
    self.labels = labels
    self.document = document
  }

  /// Disk space to reserve for the disks that Roost makes, at their nominal size.
  public var reservedDisk: ByteCount {
    disks.filter { $0.isMadeByRoost }.reduce(.zero) { $0 + $1.size }
  }

  /// What the VM reserves on its host.
  public var reservation: Reservation {
    Reservation(vcpus: vcpus, memory: memory, disk: reservedDisk)
  }
}

/// A VM's VNC display.
public struct VNCSpec: Hashable, Sendable {
  /// The address QEMU listens on; loopback unless somebody asked otherwise.
  public var listen: String
  /// RFB keyboard layout such as `en-us`, or nil.
  public var keymap: String?

  /// Makes a display.
  public init(listen: String = "127.0.0.1", keymap: String? = nil) {
    self.listen = listen
    self.keymap = keymap
  }

  func check() throws(FleetError) {
    guard IPAddress.isAddress(listen) else {
      throw FleetError(.invalid, "\"\(listen.printable)\" is not an IP address for VNC to listen on")
    }
    if let keymap { try NameRule.checked(keymap, of: "keymap") }
  }
}

/// What a guest may boot from, by libvirt's words.
public enum BootDevice: String, Hashable, Sendable, CaseIterable {
  /// The first disk.
  case disk = "hd"
  /// The first drive with a medium.
  case cdrom
  /// A network boot server.
  case network
}

/// Whether a VM needs hardware acceleration.
public enum AccelerationPreference: String, Hashable, Sendable, CaseIterable {
  /// Only a host whose KVM works will do.
  case required
  /// KVM where it works, emulation elsewhere.
  case preferred
  /// Emulation.
  case none
}

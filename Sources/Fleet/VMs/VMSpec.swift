/// The specification of a virtual machine.
package struct VMSpec: Hashable, Sendable, Codable {
  /// The VM's name, unique in the fleet.
  package var name: String
  /// One line of text about the VM, in any language; nil for none.
  package var title: String?
  /// Virtual CPUs, 1 or more.
  package var vcpus: Int
  /// The vCPUs that the guest starts with; nil for all.
  package var startVCPUs: Int?
  /// The most memory of the guest.
  package var memory: ByteCount
  /// The memory that the guest starts with; nil for all.
  package var startMemory: ByteCount?
  /// libvirt's name of the guest's architecture, such as `x86_64`.
  package var architecture: String
  /// A machine type or alias such as `pc` or `q35`; nil for the host's default.
  package var machine: String?
  /// Whether it requires hardware acceleration.
  package var acceleration: AccelerationPreference
  /// Disks and drives in order.
  package var disks: [DiskSpec]
  /// Network interfaces in order.
  package var nics: [NICSpec]
  /// The VNC display, or nil for none.
  package var vnc: VNCSpec?
  /// True for a serial console.
  package var serialConsole: Bool
  /// The boot devices, the first to try first.
  package var bootOrder: [BootDevice]
  /// Labels, at most 64.
  package var labels: [String: String]
  /// The domain document of an imported VM; it supplies everything that Roost does not model.
  package var document: String?

  private enum CodingKeys: String, CodingKey {
    case name, title, vcpus, startVCPUs, memory, startMemory, architecture, machine, acceleration, disks, nics, vnc
    case serialConsole, bootOrder, labels, document
  }

  /// Makes a spec; ``validated()`` checks it.
  package init(
    name: String, vcpus: Int, memory: ByteCount, architecture: String = "x86_64", machine: String? = nil,
    acceleration: AccelerationPreference = .preferred, disks: [DiskSpec] = [], nics: [NICSpec] = [],
    vnc: VNCSpec? = VNCSpec(), serialConsole: Bool = true, bootOrder: [BootDevice] = [.disk],
    labels: [String: String] = [:], document: String? = nil, startVCPUs: Int? = nil, startMemory: ByteCount? = nil,
    title: String? = nil
  ) {
    self.name = name
    self.title = title
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

  /// The disk space to reserve for the disks that Roost makes, at nominal size.
  package var reservedDisk: ByteCount {
    disks.filter { $0.isMadeByRoost }.reduce(.zero) { $0 + $1.size }
  }

  /// True if its display listens at a TCP port, which the fleet gives to one VM only.
  package var wantsPort: Bool { vnc.map { !$0.isSocket } ?? false }

  /// What the VM reserves of its host.
  package var reservation: Reservation {
    Reservation(vcpus: vcpus, memory: memory, disk: reservedDisk)
  }
}

/// A boot device, in libvirt's terms.
package enum BootDevice: String, Hashable, Sendable, CaseIterable, Word {
  /// The first disk.
  case disk = "hd"
  /// The first drive with a medium.
  case cdrom
  /// A network boot server.
  case network
}

/// Whether a VM requires hardware acceleration.
package enum AccelerationPreference: String, Hashable, Sendable, CaseIterable, Word {
  /// Accepts only a host with working KVM.
  case required
  /// KVM where it works, emulation elsewhere.
  case preferred
  /// Emulation.
  case none
}

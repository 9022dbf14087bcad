/// One requirement of a domain document on its host, beyond processors, memory, networks and disk files.
package struct DomainRequirement: Hashable, Sendable {
  /// The kind of a requirement.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Firmware that libvirt chooses: `efi`, `bios`, or `secure-boot`.
    case firmware
    /// The backend of a TPM: `emulator`, `passthrough`.
    case tpm
    /// A TPM's model, such as `tpm-crb`.
    case tpmModel = "tpm-model"
    /// A video model, such as `qxl`.
    case video
    /// A graphics server, such as `egl-headless`.
    case graphics
    /// How a directory of the host is shared: `virtiofs`, `path`, `handle`.
    case filesystem
    /// A disk bus, such as `virtio`.
    case diskBus = "disk-bus"
    /// The source of random numbers: `random`, `egd`, `builtin`.
    case random
    /// The backing of guest memory: `file`, `memfd`, `anonymous`.
    case memorySource = "memory-source"
    /// A security driver that a fixed label belongs to, such as `selinux`.
    case security
    /// Memory encryption, such as `sev`.
    case launchSecurity = "launch-security"
    /// A PCI device by its address, such as `0000:3b:00.0`.
    case pci
    /// A USB device as `vendor:product`, such as `0529:0001`.
    case usb
    /// A mediated device by its UUID.
    case mdev
    /// A network device by its name, such as `eth0`.
    case networkDevice = "network-device"
    /// A storage pool by its name.
    case pool
    /// A volume of a storage pool, as `POOL/NAME`.
    case volume
    /// Logical processors, as libvirt's lists write them, such as `28-31`.
    case cpus
    /// NUMA nodes, in the same form.
    case nodes
    /// A named processor model, for guests that KVM runs.
    case cpuModel = "cpu-model"
    /// A file, socket or device at an absolute path.
    case file
    /// A directory at an absolute path.
    case directory
  }

  /// The kind.
  package let kind: Kind
  /// The value.
  package let value: String
  /// The part of the guest that requires it, such as `its TPM`.
  package let subject: String

  init(_ kind: Kind, _ value: String, for subject: String) {
    self.kind = kind
    self.value = value
    self.subject = subject
  }
}

extension DomainDocument {
  /// The requirements of the document on its host, each once, in document order by kind.
  ///
  /// Leaves out what a host may lack without harm: optional devices, and what libvirt makes itself.
  package var requirements: [DomainRequirement] {
    var seen: Set<DomainRequirement> = []
    // BOUNDED: lists.
    return (systemRequirements + processorRequirements + deviceRequirements + hostDeviceRequirements)
      .filter { seen.insert($0).inserted }
  }
}

/// A VM as a listing shows it, managed or not.
public struct VMSummary: Hashable, Sendable {
  /// One network interface.
  public struct NIC: Hashable, Sendable {
    /// Its hardware address.
    public var mac: MACAddress
    /// The libvirt network it is plugged into, or empty.
    public var network: String
    /// The bridge it is plugged into, or empty.
    public var bridge: String
    /// The addresses the guest is known by.
    public var ips: [String]
    /// The same with how each is known; an address known in two ways stands here twice.
    public var addresses: [NICAddress]

    /// Makes an interface.
    public init(
      mac: MACAddress, network: String, bridge: String, ips: [String], addresses: [NICAddress] = []
    ) {
      self.mac = mac
      self.network = network
      self.bridge = bridge
      self.ips = ips
      self.addresses = addresses
    }
  }

  /// A VNC display.
  public struct Display: Hashable, Sendable {
    /// The host's name.
    public var host: String
    /// The address QEMU listens on there.
    public var address: String
    /// The TCP port.
    public var port: Int

    /// Makes a display.
    public init(host: String, address: String, port: Int) {
      self.host = host
      self.address = address
      self.port = port
    }
  }

  /// The VM's name; unmanaged VMs of two hosts may share one.
  public var name: String
  /// The VM's UUID.
  public var id: VMID
  /// The host's name.
  public var host: String
  /// Where it is in its life.
  public var state: VMState
  /// How far `state` can be trusted.
  public var certainty: Freshness
  /// When the state was last seen, or nil for never.
  public var seenAt: Timestamp?
  /// True if Roost keeps a spec for it.
  public var managed: Bool
  /// Virtual CPUs.
  public var vcpus: Int
  /// Memory.
  public var memory: ByteCount
  /// The guest's architecture.
  public var architecture: String
  /// Its network interfaces.
  public var nics: [NIC]
  /// Its VNC display, if it has one.
  public var vnc: Display?
  /// Its labels.
  public var labels: [String: String]
  /// One sentence for each address it shares with somebody else.
  public var conflicts: [String]
  /// Other definitions of it that must not run beside it.
  public var duplicates: [DuplicateVM]
  /// What else the person should know, one sentence each: drift, a failed start, a definition that is gone.
  public var notes: [String]
  /// True if its memory is saved, and its next start goes on from there.
  public var isSaved: Bool
  /// What its host calls it, if that is another name; else empty.
  public var hostName: String
  /// Why its state can't be trusted as the present, one sentence, or empty.
  public var doubt: String

  /// Makes a summary.
  public init(
    name: String, id: VMID, host: String, state: VMState, certainty: Freshness, seenAt: Timestamp?, managed: Bool,
    vcpus: Int, memory: ByteCount, architecture: String, nics: [NIC], vnc: Display?, labels: [String: String],
    conflicts: [String], duplicates: [DuplicateVM] = [], notes: [String] = [], isSaved: Bool = false,
    hostName: String = "",
    doubt: String = ""
  ) {
    self.name = name
    self.id = id
    self.host = host
    self.state = state
    self.certainty = certainty
    self.seenAt = seenAt
    self.managed = managed
    self.vcpus = vcpus
    self.memory = memory
    self.architecture = architecture
    self.nics = nics
    self.vnc = vnc
    self.labels = labels
    self.conflicts = conflicts
    self.duplicates = duplicates
    self.notes = notes
    self.isSaved = isSaved
    self.hostName = hostName
    self.doubt = doubt
  }
}

/// Another definition of a VM, which must not run beside it: the same UUID, or the same writable disk.
public struct DuplicateVM: Hashable, Sendable {
  /// What they have in common: ``ConflictKind/sameUUID`` or ``ConflictKind/sameDisk``.
  public var kind: ConflictKind
  /// The other one.
  public var other: AddressOwner
  /// One sentence that names both.
  public var sentence: String
  /// True while both run.
  public var isDoubleRun: Bool

  /// Makes a duplicate.
  public init(kind: ConflictKind, other: AddressOwner, sentence: String, isDoubleRun: Bool) {
    self.kind = kind
    self.other = other
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}

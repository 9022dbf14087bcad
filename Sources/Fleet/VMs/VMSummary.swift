/// A VM as a listing shows it, managed or not.
package struct VMSummary: Hashable, Sendable {
  /// One network interface.
  package struct NIC: Hashable, Sendable {
    /// Its hardware address.
    package var mac: MACAddress
    /// The libvirt network it is plugged into, or empty.
    package var network: String
    /// The bridge it is plugged into, or empty.
    package var bridge: String
    /// The IP addresses of the guest.
    package var ips: [String]
    /// The IP addresses with their sources; an address with two sources appears twice.
    package var addresses: [NICAddress]

    /// Makes an interface.
    package init(
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
  package struct Display: Hashable, Sendable {
    /// The host's name.
    package var host: String
    /// The address QEMU listens on there, or empty for a socket.
    package var address: String
    /// The TCP port; nil for a display on a unix socket.
    package var port: Int?

    /// Makes a display.
    package init(host: String, address: String = "", port: Int?) {
      self.host = host
      self.address = address
      self.port = port
    }
  }

  /// The VM's name; unmanaged VMs of two hosts may share one.
  package var name: String
  /// The VM's UUID.
  package var id: VMID
  /// The host's name.
  package var host: String
  /// Where it is in its life.
  package var state: VMState
  /// How far `state` can be trusted.
  package var certainty: Freshness
  /// When the state was last seen, or nil for never.
  package var seenAt: Timestamp?
  /// True if Roost keeps a spec for it.
  package var managed: Bool
  /// Virtual CPUs.
  package var vcpus: Int
  /// Memory.
  package var memory: ByteCount
  /// The guest's architecture.
  package var architecture: String
  /// Its network interfaces.
  package var nics: [NIC]
  /// Its VNC display, if it has one.
  package var vnc: Display?
  /// Its labels.
  package var labels: [String: String]
  /// One sentence for each address that it shares with another owner.
  package var conflicts: [String]
  /// Other definitions of it that must not run at the same time.
  package var duplicates: [DuplicateVM]
  /// Further notes, one sentence each: drift, a failed start, a missing definition.
  package var notes: [String]
  /// True if its memory is saved, and its next start restores it.
  package var isSaved: Bool
  /// Its name on its host, if that differs; else empty.
  package var hostName: String
  /// Why its state may not be the present one, one sentence, or empty.
  package var doubt: String

  /// Makes a summary.
  package init(
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

/// Another definition of a VM that must not run at the same time: the same UUID, or the same writable disk.
package struct DuplicateVM: Hashable, Sendable {
  /// What they share: ``ConflictKind/sameUUID`` or ``ConflictKind/sameDisk``.
  package var kind: ConflictKind
  /// The other one.
  package var other: AddressOwner
  /// One sentence that names both.
  package var sentence: String
  /// True while both run.
  package var isDoubleRun: Bool

  /// Makes a duplicate.
  package init(kind: ConflictKind, other: AddressOwner, sentence: String, isDoubleRun: Bool) {
    self.kind = kind
    self.other = other
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}

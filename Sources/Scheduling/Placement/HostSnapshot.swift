public import Fleet

/// A host as the coordinator sees it at one moment.
public struct HostSnapshot: Hashable, Sendable {
  /// Its identity.
  public var id: HostID
  /// Its name, unique in the fleet.
  public var name: String
  /// Whether it can take work.
  public var state: HostState
  /// Why it is not ready, such as `last seen 4 min ago`, or empty.
  public var stateDetail: String
  /// True while its reports are fresh.
  public var isCurrent: Bool
  /// The age of its last report, or nil if it never reported.
  public var dataAgeSeconds: Double?
  /// What the fleet may reserve of it; nil before its first report.
  public var capacity: HostCapacity?
  /// What managed and unmanaged VMs take of it.
  public var reserved: Reservation
  /// Space its image directory's file system has left, if it says so; it only weighs.
  public var freePoolSpace: Memory?
  /// Its emulators.
  public var emulators: [Emulator]
  /// True if guests really run under KVM.
  public var kvmUsable: Bool
  /// Its libvirt networks.
  public var networks: [HostNetwork]
  /// Its Linux bridges.
  public var bridges: Set<String>
  /// Its labels.
  public var labels: [String: String]
  /// Library images it has a copy of.
  public var images: Set<ImageID>
  /// How many VMs it has, unmanaged ones included.
  public var vmCount: Int
  /// The files there that the VM to be placed brings along.
  public var files: KnownFiles
  /// What it has beyond CPUs, memory, disk and networks.
  public var traits: HostTraits
  /// The VMs that rules, survival and plans speak of; their reservations are within ``reserved``.
  public var vms: [PlacedVM]

  /// Makes a snapshot.
  public init(
    id: HostID, name: String, state: HostState = .ready, stateDetail: String = "", isCurrent: Bool = true,
    dataAgeSeconds: Double? = nil, capacity: HostCapacity? = nil, reserved: Reservation = Reservation(),
    freePoolSpace: Memory? = nil, emulators: [Emulator] = [], kvmUsable: Bool = false,
    networks: [HostNetwork] = [], bridges: Set<String> = [], labels: [String: String] = [:],
    images: Set<ImageID> = [], vmCount: Int = 0,
    files: KnownFiles = .unasked, traits: HostTraits = HostTraits(), vms: [PlacedVM] = []
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.stateDetail = stateDetail
    self.isCurrent = isCurrent
    self.dataAgeSeconds = dataAgeSeconds
    self.capacity = capacity
    self.reserved = reserved
    self.freePoolSpace = freePoolSpace
    self.emulators = emulators
    self.kvmUsable = kvmUsable
    self.networks = networks
    self.bridges = bridges
    self.labels = labels
    self.images = images
    self.vmCount = vmCount
    self.files = files
    self.traits = traits
    self.vms = vms
  }
}

package import Fleet

/// What a host has beyond CPUs, memory, disk and networks.
package struct HostTraits: Hashable, Sendable {
  /// CPU models that its guests can see; empty if unknown, which refuses no request.
  package var cpuModels: Set<String>
  /// QEMU's version, such as `7.2.0`, or empty.
  package var qemuVersion: String
  /// Its NUMA cells.
  package var cells: [NUMACell]
  /// Its huge pages by page size, with what is left of them.
  package var hugePages: [HugePages]
  /// Its storage pools by name.
  package var pools: [String: Countable]
  /// Names of pools that other hosts reach under the same name.
  package var sharedPools: Set<String>
  /// Its devices by kind, such as `gpu`.
  package var devices: [String: Countable]
  /// VLANs that reach it; empty if not known.
  package var vlans: Set<Int>
  /// What its emulators can do and what devices it has; see ``HostFacts/offers``.
  package var offers: Set<String>
  /// The VM that has exclusive use of a device of the host, by the device's name as in offers.
  package var lent: [String: String]
  /// Why no VNC display can listen there, or nil.
  package var portObstacle: String?
  /// What the host permits beyond plain VMs; nil if unknown, which refuses no request.
  package var trust: HostTrust?
  /// How busy its CPUs were when last measured, 0…1; nil if never measured.
  package var load: Double?
  /// How many seconds ago the load was measured.
  package var loadAgeSeconds: Double

  /// A resource of which a host has a number: bytes of a pool, devices of a kind.
  package struct Countable: Hashable, Sendable {
    /// How many there are.
    package var total: Int64
    /// How many VMs have reserved.
    package var reserved: Int64
    /// Reserves a number more, or releases with a negative number; clamped to the range of the type.
    package mutating func reserve(_ number: Int64) {
      let (sum, overflow) = reserved.addingReportingOverflow(number)
      reserved = overflow ? (number < 0 ? .min : .max) : sum
    }

    /// How many are left, never negative.
    package var free: Int64 { max(0, total - max(0, reserved)) }

    /// Makes a count.
    package init(total: Int64, reserved: Int64 = 0) {
      self.total = max(0, total)
      self.reserved = reserved
    }
  }

  /// Makes traits; the defaults say that nothing is known.
  package init(
    cpuModels: Set<String> = [], qemuVersion: String = "", cells: [NUMACell] = [], hugePages: [HugePages] = [],
    pools: [String: Countable] = [:], sharedPools: Set<String> = [], devices: [String: Countable] = [:],
    vlans: Set<Int> = [], offers: Set<String> = [], lent: [String: String] = [:],
    portObstacle: String? = nil, trust: HostTrust? = nil, load: Double? = nil, loadAgeSeconds: Double = 0
  ) {
    self.cpuModels = cpuModels
    self.qemuVersion = qemuVersion
    self.cells = cells
    self.hugePages = hugePages
    self.pools = pools
    self.sharedPools = sharedPools
    self.devices = devices
    self.vlans = vlans
    self.offers = offers
    self.lent = lent
    self.portObstacle = portObstacle
    self.trust = trust
    self.load = load
    self.loadAgeSeconds = loadAgeSeconds
  }
}

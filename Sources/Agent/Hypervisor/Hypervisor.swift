package import Fleet

/// Access to one host's virtual machines: libvirt on a real host, a model of it in tests.
///
/// Values are Fleet's; every call is bounded in time and throws ``FleetError``, with code `unreachable` while libvirt
/// does not answer.
package protocol Hypervisor: Sendable {
  /// Keeps libvirt reachable until the task is cancelled.
  func run() async
  /// Whether libvirt answers, and since when.
  var state: LibvirtState { get async }
  /// What changed since the last query; for one reader.
  var changes: ChangeFeed { get }
  /// Counts the reboots of guests.
  var reboots: RebootCounter { get }

  /// The host's processors, memory and emulators.
  func capabilities() async throws -> HostCapabilities
  /// libvirt's networks, by name.
  func networks() async throws -> [HostNetwork]
  /// libvirt's storage pools, by name.
  func pools() async throws -> [StoragePool]
  /// Starts or stops a network; does nothing if it is already in that state.
  func setNetwork(_ name: String, active: Bool) async throws
  /// Makes a network start with the host.
  func setNetworkAutostart(_ name: String) async throws
  /// Refreshes the pool in a directory, if there is one.
  func refreshPool(at directory: String) async throws

  /// Every domain, managed or not.
  func domains() async throws -> [ObservedDomain]
  /// The ids of all domains, which cost one call however many they are.
  func ids() async throws -> Set<VMID>
  /// One domain, or nil if there is none of that UUID.
  func domain(_ id: VMID) async throws -> ObservedDomain?
  /// A domain's documents without passwords.
  /// - Throws: ``FleetError`` with code `notFound` if there is no domain of that UUID.
  func document(of id: VMID) async throws -> DomainDocuments
  /// The statistics of all running domains.
  func statistics() async throws -> StatisticsReport

  /// Writes Roost's mark into a domain's metadata, or removes it; nothing else of the domain changes.
  func setMark(_ mark: VMMark?, on id: VMID) async throws
  /// Changes a domain's VNC display from its next start on, and updates the mark; the rest of its definition stays.
  func setVNC(_ listener: VNCListener, _ mark: VMMark, on id: VMID) async throws
  /// Changes the address of an interface in the saved definition, and updates the mark; the rest stays.
  func setMAC(_ mac: MACAddress, inPlaceOf old: MACAddress, _ mark: VMMark, on id: VMID) async throws
  /// Takes the link of a running domain's interface down until its next start.
  func takeLinkDown(of mac: MACAddress, on id: VMID) async throws
  /// Saves a new or changed domain document; a running guest is not affected.
  func define(_ document: String) async throws
  /// Saves the definition of a running domain that was undefined, so that it stays when the guest goes off.
  func keepDefinition(of id: VMID) async throws
  /// Boots a domain.
  func start(_ id: VMID) async throws
  /// Asks the guest to shut down; returns before it does.
  func shutDown(_ id: VMID) async throws
  /// Cuts the power; does nothing if the domain is already off.
  func destroy(_ id: VMID) async throws
  /// Asks the guest to reboot; returns before it does.
  func reboot(_ id: VMID) async throws
  /// Presses the reset button.
  func reset(_ id: VMID) async throws
  /// Pauses the vCPUs.
  func suspend(_ id: VMID) async throws
  /// Resumes the vCPUs.
  func resume(_ id: VMID) async throws
  /// Removes the definition with its snapshot metadata, and what else `removal` says.
  /// - Throws: ``FleetError`` with code `precondition` for an active domain, and for one whose guest was migrated away
  ///   unless `removal` allows that; both keep their definition.
  func undefine(_ id: VMID, _ removal: DomainRemoval) async throws
  /// Opens the serial console on a connection of its own.
  func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel
  /// Opens a connection to the display at a place among the displays of a running domain.
  func openDisplay(_ id: VMID, index: Int) async throws -> any ByteChannel
}

/// Where a domain's VNC display listens from its next start on.
package enum VNCListener: Hashable, Sendable {
  /// At a TCP port; at that address only if it listened at none before.
  case port(Int, address: String)
  /// On a unix socket that libvirt makes.
  case socket
  /// Nowhere: the domain has no VNC display.
  case none
}

/// What is removed together with a domain's definition.
package struct DomainRemoval: Hashable, Sendable {
  /// True to keep the file of the firmware's variables.
  package var keepsVariables: Bool
  /// True to keep the state of an emulated TPM.
  package var keepsTPM: Bool
  /// True to drop a saved state; else a domain that has one is refused.
  package var dropsSavedState: Bool
  /// True if the guest may run on another host.
  package var mayBeMovedAway: Bool

  package init(
    keepsVariables: Bool = true, keepsTPM: Bool = true, dropsSavedState: Bool = false, mayBeMovedAway: Bool = false
  ) {
    self.keepsVariables = keepsVariables
    self.keepsTPM = keepsTPM
    self.dropsSavedState = dropsSavedState
    self.mayBeMovedAway = mayBeMovedAway
  }
}

/// The statistics of all running domains at one moment.
package struct StatisticsReport: Hashable, Sendable {
  /// The statistics of each domain that answered.
  package var domains: [DomainStatistics]
  /// The names of those that did not.
  package var skipped: [String]

  /// Makes a report.
  package init(domains: [DomainStatistics], skipped: [String] = []) {
    self.domains = domains
    self.skipped = skipped
  }
}

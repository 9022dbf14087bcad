package import Fleet

/// The door to one host's virtual machines: libvirt on a real host, a model of it in tests.
///
/// Values are Fleet's; every call is bounded in time and throws ``FleetError``, with code `unreachable` while
/// libvirt can't be asked.
package protocol Hypervisor: Sendable {
  /// Keeps libvirt reachable until the task is cancelled.
  func run() async
  /// Whether libvirt answers, and since when.
  var state: LibvirtState { get async }
  /// What changed since it was last asked; one reader.
  var changes: ChangeFeed { get }
  /// Which guests were seen to boot again.
  var reboots: RebootCounter { get }

  /// What the host's processors, memory and emulators are.
  func capabilities() async throws -> HostCapabilities
  /// libvirt's networks, by name.
  func networks() async throws -> [HostNetwork]
  /// libvirt's storage pools, by name.
  func pools() async throws -> [StoragePool]
  /// Starts or stops a network; one that is there already is no error.
  func setNetwork(_ name: String, active: Bool) async throws
  /// Says that a network starts with the host.
  func setNetworkAutostart(_ name: String) async throws
  /// Makes libvirt look again at the pool in a directory, if there is one.
  func refreshPool(at directory: String) async throws

  /// Every domain, managed or not.
  func domains() async throws -> [ObservedDomain]
  /// One domain, or nil if there is none of that UUID.
  func domain(_ id: VMID) async throws -> ObservedDomain?
  /// A domain's documents as they are, without passwords.
  /// - Throws: ``FleetError`` with code `notFound` if there is no domain of that UUID.
  func document(of id: VMID) async throws -> DomainDocuments
  /// The statistics of all running domains.
  func statistics() async throws -> StatisticsReport

  /// Writes Roost's mark into a domain's metadata, or takes it out; nothing else of the domain changes.
  func setMark(_ mark: VMMark?, on id: VMID) async throws
  /// Gives a domain's VNC display another port from its next start on, with the mark that says so; all else of its
  /// definition stays.
  func setVNCPort(_ port: Int, _ mark: VMMark, on id: VMID) async throws
  /// Gives an interface of the saved definition another address, and changes nothing else but the mark.
  func setMAC(_ mac: MACAddress, inPlaceOf old: MACAddress, _ mark: VMMark, on id: VMID) async throws
  /// Takes the link of a running domain's interface down until it starts anew.
  func takeLinkDown(of mac: MACAddress, on id: VMID) async throws
  /// Saves a domain document, new or changed; what runs is not touched.
  func define(_ document: String) async throws
  /// Saves the definition of a running domain that was undefined: it is there again when the guest goes off.
  func keepDefinition(of id: VMID) async throws
  /// Boots a domain.
  func start(_ id: VMID) async throws
  /// Asks the guest to go down, and returns before it does.
  func shutDown(_ id: VMID) async throws
  /// Pulls the plug; a domain that is off already is no error.
  func destroy(_ id: VMID) async throws
  /// Asks the guest to boot again, and returns before it does.
  func reboot(_ id: VMID) async throws
  /// Presses the reset button.
  func reset(_ id: VMID) async throws
  /// Holds the processors.
  func suspend(_ id: VMID) async throws
  /// Lets the processors go on.
  func resume(_ id: VMID) async throws
  /// Drops the definition with snapshots' notes, and what else the removal says.
  /// - Throws: ``FleetError`` with code `precondition` for an active domain, and for one whose guest was moved away
  ///   unless the removal lets it; both keep their definition.
  func undefine(_ id: VMID, _ removal: DomainRemoval) async throws
  /// Opens the serial console on a connection of its own.
  func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel
}

/// What goes with a domain's definition.
package struct DomainRemoval: Hashable, Sendable {
  /// True if the file of the firmware's variables stays.
  package var keepsVariables: Bool
  /// True if the state of an emulated TPM stays.
  package var keepsTPM: Bool
  /// True if a saved state goes; else a domain that has one is refused.
  package var dropsSavedState: Bool
  /// True if the guest may go on on another host.
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

/// One look at the figures of all running domains.
package struct StatisticsReport: Hashable, Sendable {
  /// The figures of each domain that answered.
  package var domains: [DomainStatistics]
  /// The names of those that did not.
  package var skipped: [String]

  /// Makes a report.
  package init(domains: [DomainStatistics], skipped: [String] = []) {
    self.domains = domains
    self.skipped = skipped
  }
}

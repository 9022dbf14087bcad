internal import Fleet

/// The data of all checks, gathered once.
struct CheckSurvey: Sendable {
  var kernel = KernelFiles()
  /// The user the agent runs as.
  var user = "root"
  /// The groups of that user, by name.
  var groups: Set<String> = []
  /// True for the user root.
  var isRoot = true
  /// True if `/dev/kvm` can be opened for reading and writing.
  var canOpenKVM = false
  /// The result of the KVM probe; nil if it could not run.
  var probe: KVMProbe.Outcome?
  /// libvirt's URI.
  var uri = "qemu:///system"
  /// Why libvirt can't be reached, or nil.
  var libvirtFailure: FleetError?
  /// The host's capabilities by libvirt.
  var capabilities: HostCapabilities?
  var networks: [HostNetwork] = []
  var pools: [StoragePool] = []
  /// The ports that domains have.
  var displayPorts: Set<Int> = []
  /// The emulators in `PATH` and where libvirt looks, by architecture.
  var emulators: [String: String] = [:]
  /// The first line of `qemu-img --version`; nil without `qemu-img`.
  var qemuImg: String?
  /// What `systemctl is-enabled` says, by unit; nil without systemd.
  var units: [String: String]?
  /// The text of `/etc/libvirt/qemu.conf`; nil if it can't be read.
  var qemuConf: String?
  /// libvirt's hook that asks the agent; nil if it is missing.
  var hook: HookSurvey?
  /// The text of `/etc/default/libvirt-guests`; nil if there is none.
  var guestsConf: String?
  /// What the host grants its fleet, and whether a file says so.
  var trust = HostTrust()
  var trustFile = TrustFile.Content()
  var imageDirectory = "/var/lib/libvirt/images"
  /// The state of that directory, or why it can't be read; nil if not checked.
  var imageDirectoryLook: Result<DirectoryFinding, FleetError>?
  /// How far the clock was ahead of the coordinator's when the host's certificate was made.
  var clockSkewSeconds: Int64?
  /// Whether the kernel says that its clock is synchronised; nil if it can't be asked.
  var clockIsSynchronised: Bool?

  /// The daemon that serves QEMU here: the modular one if its unit is known, else the single one.
  var daemon: String {
    let modular = units?["virtqemud.socket"] == "enabled" || units?["virtqemud.service"] == "enabled"
    return modular ? "virtqemud" : "libvirtd"
  }
}

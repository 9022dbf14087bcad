internal import Fleet
internal import Scheduling
internal import Yams

/// One VM of a ``FleetFile``.
struct FleetFileVM {
  static let keys =
    [
      "name", "host", "vcpus", "memory", "disk", "state", "tied", "managed", "arch", "machine", "acceleration",
      "networks", "bridges", "dirty_per_second",
    ] + PlacementConstraints.fileKeys
  /// The power state of a VM, as far as a plan needs it.
  private enum Power: String, CaseIterable {
    case running, paused, starting, migrating, stopped, pending, provisioning, deleting, failed
  }

  /// The VM.
  let vm: PlacedVM
  /// The host it is on.
  let host: String

  init(_ node: Node, _ file: String) throws(FleetError) {
    let fields = try YAMLFields(node, of: "a VM", known: Self.keys, in: file)
    let text = try fields.requiredText("name")
    let isManaged = try fields.flag("managed") ?? true
    let name = try fields.located("name") { () throws(FleetError) in
      // An unmanaged VM may have any name that libvirt accepts.
      isManaged ? try NameRule.checkedForeign(text) : text
    }
    host = try fields.requiredText("host")
    guard let vcpus = try fields.integer("vcpus"), vcpus > 0 else {
      throw fields.error("vcpus", "vcpus is missing or not above 0")
    }
    guard let memory = try fields.size("memory") else { throw fields.error("memory", "memory is missing") }
    var spec = VMSpec(name: name, vcpus: vcpus, memory: memory)
    if let disk = try fields.size("disk"), disk > .zero {
      spec.disks = [DiskSpec(target: "vda", source: .blank, size: disk)]
    }
    spec.architecture = try fields.text("arch") ?? "x86_64"
    spec.machine = try fields.text("machine")
    if let wanted = try fields.word("acceleration", AccelerationPreference.self) { spec.acceleration = wanted }
    spec.nics = (try fields.texts("networks") ?? []).map { NICSpec(source: .network($0)) }
    spec.nics += (try fields.texts("bridges") ?? []).map { NICSpec(source: .bridge($0)) }
    var constraints = try PlacementConstraints(fields)
    if try fields.flag("tied") == true { constraints.isPinned = true }
    let isTied = constraints.isPinned || !isManaged
    let power = try fields.word("state", Power.self) ?? .running
    vm = PlacedVM(
      PlacementRequest(spec: spec, host: isTied ? host : nil, constraints: constraints),
      isRunning: [.running, .paused, .starting, .migrating].contains(power), isManaged: isManaged,
      dirtyBytesPerSecond: try fields.size("dirty_per_second")?.bytes ?? 0)
  }
}

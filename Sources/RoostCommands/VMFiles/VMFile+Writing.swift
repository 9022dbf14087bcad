internal import Fleet

extension VMFile {
  /// The file of which `create` makes a VM like this one.
  ///
  /// MAC addresses are left out, since those of the VM are taken; the coordinator hands out others.
  /// - Throws: ``FleetError`` with code `precondition` for a VM that such a file can't describe.
  static func text(of spec: VMSpec, asking constraints: PlacementConstraints, host: String) throws(FleetError)
    -> String
  {
    let text = outputValue(of: spec, asking: constraints).yaml
    var wanted = spec
    // BOUNDED: its own indices.
    for index in wanted.nics.indices { wanted.nics[index].mac = nil }
    // A file names images; which one a name means is looked up when the VM is made.
    // BOUNDED: its own indices.
    for index in wanted.disks.indices { wanted.disks[index].source = wanted.disks[index].source.byName }
    let read = try? requests(text, file: spec.name).first
    // What the file says is read back: a VM of which it leaves something out is refused.
    guard spec.document == nil, let read, read.spec == wanted, read.constraints == constraints else {
      let name = spec.name.shellQuoted
      throw FleetError(
        .precondition,
        "VM \"\(spec.name)\" has a domain document of its own, which says more than a VM file can",
        hint:
          "another one like it, with virsh dumpxml \(name) on \(host): roost import FILE.xml --name NEW --new-macs; "
          + "all that is known of it: roost show \(name) -o json")
    }
    return text
  }

  private static func outputValue(of spec: VMSpec, asking constraints: PlacementConstraints) -> OutputValue {
    var entries: [OutputValue.Entry] = []
    func add(_ key: String, _ value: OutputValue, unless isDefault: Bool = false) {
      if !isDefault { entries.append(OutputValue.Entry(key: key, value: value)) }
    }
    let defaults = VMSpecBuilder(name: spec.name).base
    add("name", .text(spec.name))
    add("title", .text(spec.title ?? ""), unless: spec.title == nil)
    add("vcpus", .count(spec.vcpus))
    add("memory", size(spec.memory))
    add("arch", .text(spec.architecture), unless: spec.architecture == defaults.architecture)
    add("machine", .optional(spec.machine ?? ""), unless: spec.machine == nil)
    add("acceleration", .text(spec.acceleration.rawValue), unless: spec.acceleration == defaults.acceleration)
    add("disks", .list(spec.disks.filter { $0.device != .cdrom }.map(disk)), unless: spec.disks.isEmpty)
    let drive = spec.disks.last { $0.device == .cdrom }
    add("cdrom", .text(drive?.image?.name ?? ""), unless: drive == nil)
    add("networks", .list(spec.nics.map(nic)))
    // Always written, because the fleet's default may be another one when the file is read.
    add("vnc", display(spec.vnc))
    add("serial", .flag(spec.serialConsole), unless: spec.serialConsole == defaults.serialConsole)
    add("boot", .texts(spec.bootOrder.map { $0 == .disk ? "disk" : $0.rawValue }))
    add("labels", .labels(spec.labels), unless: spec.labels.isEmpty)
    guard case .object(let asked) = constraints.outputValue else { return .object(entries) }
    // BOUNDED: arrays are joined.
    return .object(entries + asked)
  }

  private static func disk(_ disk: DiskSpec) -> OutputValue {
    var entries: [OutputValue.Entry] = []
    func add(_ key: String, _ value: OutputValue, if says: Bool = true) {
      if says { entries.append(OutputValue.Entry(key: key, value: value)) }
    }
    switch disk.source {
    case .overlay(let image), .copy(let image), .medium(let image): add("image", .text(image.name))
    case .existing: add("existing", .flag(true))
    case .blank, .none, .document: break
    }
    if case .copy = disk.source { add("copy", .flag(true)) }
    add("path", .optional(disk.path ?? ""), if: disk.path != nil)
    add("size", size(disk.size), if: disk.size > .zero)
    add("format", .text(disk.format.rawValue), if: disk.format != .qcow2)
    add("bus", .text(disk.bus), if: disk.bus != "virtio")
    add("target", .text(disk.target))
    return .object(entries)
  }

  private static func nic(_ nic: NICSpec) -> OutputValue {
    let model = nic.model.map { [OutputValue.Entry(key: "model", value: .text($0))] } ?? []
    switch nic.source {
    case .network(let name):
      return model.isEmpty ? .text(name) : .object([.init(key: "network", value: .text(name))] + model)
    case .bridge(let name): return .object([.init(key: "bridge", value: .text(name))] + model)
    case .carried: return .null
    }
  }

  /// A word if that says it all.
  private static func display(_ vnc: VNCSpec?) -> OutputValue {
    let mode = VNCMode(of: vnc)
    guard let vnc, vnc != mode.display(like: nil) else { return .text(mode.rawValue) }
    let keymap = vnc.keymap.map { [OutputValue.Entry(key: "keymap", value: .text($0))] } ?? []
    let place: OutputValue.Entry =
      vnc.isSocket
      ? .init(key: "type", value: .text(mode.rawValue)) : .init(key: "listen", value: .text(vnc.listen))
    return .object([place] + keymap)
  }

  /// Such as `4GiB`, or bytes where that would round.
  private static func size(_ size: ByteCount) -> OutputValue {
    let text = size.description
    return (try? ByteCount(parsing: text)) == size ? .text(text) : .bytes(size)
  }
}

extension DiskSource {
  /// The same with its image by name alone.
  fileprivate var byName: DiskSource {
    switch self {
    case .overlay(let image): .overlay(ImageRef(name: image.name))
    case .copy(let image): .copy(ImageRef(name: image.name))
    case .medium(let image): .medium(ImageRef(name: image.name))
    case .existing, .blank, .none, .document: self
    }
  }
}

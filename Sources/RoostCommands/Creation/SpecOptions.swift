internal import ArgumentParser
internal import Fleet

/// The spec of a new VM.
struct SpecOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A library image; the first disk is an overlay of it.", valueName: "image"),
    completion: .images)
  var image: String?

  @Option(help: ArgumentHelp("One line about the VM, at most 200 characters.", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Virtual CPUs (default: 1).", valueName: "count"))
  var vcpus: String?

  @Option(help: ArgumentHelp("Memory (default: 1GiB).", valueName: "size"))
  var memory: String?

  @Option(name: .long, help: ArgumentHelp("A disk of this size; may be repeated.", valueName: "size"))
  var disk: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "An interface: NAME[,mac=ADDRESS][,model=MODEL], or bridge=NAME[,…]; may be repeated (default: default).",
      valueName: "network"))
  var network: [String] = []

  @Flag(name: .long, help: "No network interface.")
  var noNetwork = false

  @Option(help: ArgumentHelp("A library image in the drive.", valueName: "image"), completion: .images)
  var cdrom: String?

  @Option(help: "Hardware acceleration: required, preferred or none.", transform: AccelerationPreference.init(flag:))
  var acceleration: AccelerationPreference?

  @Option(help: ArgumentHelp("A machine type such as pc or q35.", valueName: "type"))
  var machine: String?

  @Option(help: ArgumentHelp("The guest's architecture (default: x86_64).", valueName: "arch"))
  var arch: String?

  @Option(
    help: ArgumentHelp(
      "The VNC display: at a TCP port of its own, on a unix socket of its host, or none (default: the fleet's).",
      valueName: "port|socket|none"))
  var vnc: VNCMode?

  @Flag(name: .long, help: "No VNC display: --vnc none.")
  var noVnc = false

  @Option(name: .long, help: ArgumentHelp("A label; may be repeated.", valueName: "key=value"))
  var label: [String] = []

  /// True if no flag was given.
  var isEmpty: Bool {
    let texts = [image, title, vcpus, memory, cdrom, machine, arch]
    return texts.allSatisfy { $0 == nil } && disk.isEmpty && network.isEmpty && label.isEmpty && acceleration == nil
      && !noVnc && vnc == nil && !noNetwork
  }

  /// The kind of VNC display that the flags choose; nil for the fleet's default.
  /// - Throws: ``FleetError`` with code `usage` for flags that contradict each other.
  var vncMode: VNCMode? {
    get throws(FleetError) {
      guard noVnc else { return vnc }
      guard vnc == nil || vnc == VNCMode.none else { throw .usage("--vnc and --no-vnc exclude each other") }
      return VNCMode.none
    }
  }

  /// The spec that the flags describe.
  /// - Throws: ``FleetError`` with code `invalid`.
  func spec(named name: String) throws(FleetError) -> VMSpec {
    var draft = VMSpecBuilder(name: name)
    draft.base.title = title
    if let vcpus {
      guard let count = Int(vcpus) else { throw .usage("--vcpus is \"\(vcpus.printable)\"; it is a whole number") }
      draft.base.vcpus = count
    }
    if let memory { draft.base.memory = try ByteCount(parsing: memory) }
    for size in disk { draft.disks.append(DiskRequest(size: try ByteCount(parsing: size))) }
    if noNetwork, !network.isEmpty { throw .usage("--network and --no-network exclude each other") }
    if noNetwork || !network.isEmpty {
      var nics: [NICSpec] = []
      for text in network { nics.append(try NICSpec(flag: text)) }
      draft.nics = nics
    }
    draft.image = image
    draft.cdrom = cdrom
    if let acceleration { draft.base.acceleration = acceleration }
    draft.base.machine = machine
    if let arch { draft.base.architecture = arch }
    draft.base.vnc = (try vncMode ?? .port).display(like: nil)
    for text in label {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw .usage("\"\(text.printable)\" is not a label", hint: "write KEY=VALUE")
      }
      draft.base.labels[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return try draft.spec()
  }
}

extension AccelerationPreference {
  /// Reads the value of `--acceleration`.
  init(flag text: String) throws {
    guard let wanted = AccelerationPreference(rawValue: text) else {
      throw ValidationError("--acceleration is \"\(text.printable)\"; it is required, preferred or none")
    }
    self = wanted
  }
}

extension VNCMode: ExpressibleByArgument {}

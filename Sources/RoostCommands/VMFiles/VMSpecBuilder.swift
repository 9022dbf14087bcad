internal import Fleet

/// Builds a spec: flags and files fill it in, and it gives each disk a bus and a name.
struct VMSpecBuilder: Sendable {
  /// The fields that are taken as they are given, with their defaults.
  var base: VMSpec
  /// The library image that the first disk is an overlay of.
  var image: String?
  var disks: [DiskRequest] = []
  /// The library image in the drive, or empty for an empty drive; nil for no drive.
  var cdrom: String?
  /// Nil for one interface on the network `default`.
  var nics: [NICSpec]?
  /// Nil for the drive first, if there is one with a medium, then the disk.
  var bootOrder: [BootDevice]?

  init(name: String) {
    base = VMSpec(name: name, vcpus: 1, memory: .gibibytes(1))
  }

  /// The spec with all its defaults.
  /// - Throws: ``FleetError`` with code `invalid` that names the first invalid field.
  func spec() throws(FleetError) -> VMSpec {
    var wanted = disks
    if let image {
      if wanted.isEmpty { wanted.append(DiskRequest()) }
      // BOUNDED: there is one, by the line above.
      if wanted[0].source == nil { wanted[0].source = .overlay(ImageRef(name: image)) }
    }
    var names = DiskTargetNames(taken: Set(wanted.compactMap(\.target)))
    var spec = base
    spec.disks = wanted.map { $0.spec(&names) }
    if let cdrom {
      let bus = base.architecture == "x86_64" || base.architecture == "i686" ? "sata" : "scsi"
      spec.disks.append(
        DiskSpec(
          device: .cdrom, bus: bus, target: names.next(for: bus), format: .raw,
          source: cdrom.isEmpty ? .none : .medium(ImageRef(name: cdrom))))
    }
    spec.nics = nics ?? [NICSpec(source: .network("default"))]
    let hasMedium = cdrom.map { !$0.isEmpty } ?? false
    spec.bootOrder = bootOrder ?? (hasMedium ? [.cdrom, .disk] : [.disk])
    return try spec.validated()
  }
}

extension NICSpec {
  /// Reads `default`, `default,mac=02:…,model=e1000`, `network=default` or `bridge=br0`.
  /// - Throws: ``FleetError`` with code `invalid`.
  init(flag text: String) throws(FleetError) {
    let parts = text.split(separator: ",", maxSplits: 16, omittingEmptySubsequences: false).map { String($0) }
    let hint = "write NAME[,mac=ADDRESS][,model=MODEL] or bridge=NAME[,…]"
    guard let first = parts.first, !first.isEmpty else { throw .usage("a network has no name", hint: hint) }
    let (key, value) = Self.pair(first)
    let source: NICSource
    switch key {
    case nil: source = .network(first)
    case "network": source = .network(value)
    case "bridge": source = .bridge(value)
    case let key?: throw .usage("\"\(key.printable)\" is no kind of network", hint: hint)
    }
    guard !source.name.isEmpty else { throw .usage("a network has no name", hint: hint) }
    self.init(source: source)
    var seen: Set<String> = []
    for part in parts.dropFirst() {
      let (key, value) = Self.pair(part)
      guard seen.insert(key ?? part).inserted else {
        throw .usage("\"\((key ?? part).printable)\" stands twice in one network", hint: "repeat --network for another")
      }
      switch key {
      case "mac": mac = try MACAddress(choosing: value)
      case "model": model = value
      default:
        let nearest = Spelling.nearest(to: key ?? part, among: ["mac", "model"]).map { "did you mean \"\($0)\"?" }
        throw .usage("\"\(part.printable)\" says nothing of a network", hint: nearest ?? hint)
      }
    }
  }

  private static func pair(_ text: String) -> (key: String?, value: String) {
    guard let equals = text.firstIndex(of: "=") else { return (nil, text) }
    // BOUNDED: an index of the same text.
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}

import DomainXML
import Fleet

extension DomainImporter {
  /// A disk in the form of a spec. One that a spec can't express, such as a network disk or a format that Roost does
  /// not make, stays in the document.
  /// - Parameter size: the size of the disk files to make, or zero to use existing files.
  static func disk(
    _ disk: DomainDisk, in spec: VMSpec, creating size: Int64, _ notes: inout [String]
  ) throws(FleetError) -> DiskSpec {
    let path = disk.source.path
    let bus = disk.bus?.rawValue ?? "ide"
    let device = DiskSpec.Device(rawValue: disk.device.rawValue) ?? .disk
    let isKnown = disk.format == nil || disk.format == "qcow2" || disk.format == "raw"
    if let path, disk.kind == .file || disk.kind == .block, !path.hasPrefix("/") {
      throw FleetError(
        .invalid, "the path of disk \"\(disk.target.printable)\" begins with no slash: \"\(path.printable)\"",
        hint: "nobody can tell where it leads: write the whole path")
    }
    if isKnown, disk.kind == .file || disk.kind == .block {
      var plain = DiskSpec(
        device: device, bus: bus, target: disk.target, format: disk.format == "qcow2" ? .qcow2 : .raw,
        source: path == nil ? .none : .existing, path: path)
      if device == .disk, path != nil, disk.kind == .file, size > 0 {
        plain.source = .blank
        plain.size = ByteCount(bytes: size)
      }
      plain.isShareable = disk.isShareable
      if stands(spec, with: { $0.disks.append(plain) }) { return plain }
    }
    var carried = DiskSpec(device: device, bus: bus, target: disk.target, format: .raw, source: .document)
    carried.isShareable = disk.isShareable
    notes.append("disk \"\(disk.target.printable)\" stays as its document has it: \(place(of: disk))")
    guard stands(spec, with: { $0.disks.append(carried) }) else {
      // libvirt would not accept its target or bus either.
      var changed = spec
      changed.disks.append(carried)
      try changed.validated()
      return carried
    }
    return carried
  }

  /// The location of a disk that Roost does not model.
  private static func place(of disk: DomainDisk) -> String {
    switch disk.source {
    case .volume(let pool, let name): "it is volume \(name.printable) of pool \(pool.printable)"
    case .network(let kind, let name):
      "it is reached over the network by \(kind.printable)"
        + "\(name.map { ", as \($0.printable)" } ?? ""), where Roost can't look"
    case .directory(let path): "it shows the directory \(path.printable)"
    case .file(let path), .block(let path):
      "Roost does not look into \(path.printable), whose format is \(disk.format?.printable ?? "not said")"
    case .none, .other: "Roost does not know what is in a disk of the type \(disk.kind.rawValue.printable)"
    }
  }

  static func stands(_ spec: VMSpec, with change: (inout VMSpec) -> Void) -> Bool {
    var changed = spec
    change(&changed)
    return (try? changed.validated()) != nil
  }
}

extension DomainImporter {
  /// An interface in the form of a spec: on a network or a bridge, or only in the document. Each has an address that
  /// the ledger knows, whatever its network.
  static func nic(
    _ interface: DomainInterface, in spec: VMSpec, newMAC: Bool, _ notes: inout [String]
  ) throws(FleetError) -> NICSpec {
    var mac: MACAddress?
    if let given = interface.mac, !newMAC { mac = try MACAddress(choosing: given.description) }
    if let source = source(of: interface) {
      // A libvirt network may have any name; a Linux bridge can't have this one.
      if case .bridge(let name) = source, name.utf8.count > 15 || name.contains("/") || name.hasPrefix(".") {
        throw FleetError(.invalid, "the bridge name \"\(name.printable)\" is none that Linux takes")
      }
      let nic = NICSpec(source: source, model: interface.model, mac: mac)
      if stands(spec, with: { $0.nics.append(nic) }) { return nic }
    }
    let kind = interface.kind.rawValue
    let place = "interface \(interface.index + 1), of the type \(kind.printable),"
    notes.append("\(place) stays as its document has it; its address is the ledger's")
    return NICSpec(source: .carried(kind), model: interface.model, mac: mac)
  }

  /// The network or bridge of an interface; nil for other kinds.
  static func source(of interface: DomainInterface) -> NICSource? {
    switch interface.kind {
    case .network: interface.network.map { .network($0) }
    case .bridge: interface.bridge.map { .bridge($0) }
    default: nil
    }
  }
}

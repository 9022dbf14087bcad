import DomainXML
import Fleet

extension DomainImporter {
  /// Reads a domain that stays as it is.
  ///
  /// What a spec can't say is kept in its document and noted; only what makes a VM impossible to manage is an error.
  /// - Throws: ``FleetError``: `precondition` for a name that Roost can't use and for a domain without a definition,
  ///   `unsupported` for sizes beyond any VM of the fleet, `invalid` for a document that can't be read.
  func adoptee(_ texts: DomainTexts, _ domain: ObservedDomain) throws(FleetError) -> Adoptee {
    guard let text = texts.saved else {
      throw FleetError(
        .precondition, "VM \"\(domain.name.printable)\" is transient: it has no definition and vanishes when it stops",
        hint: "on its host: virsh dumpxml \(domain.name.shellQuoted) >FILE; virsh define FILE")
    }
    let document = try Self.translated { () throws(DomainXMLError) in try DomainDocument(parsing: text) }
    let live = texts.live.flatMap { try? DomainDocument(parsing: $0) }
    var notes: [String] = []
    var spec = try Self.frame(of: document, text)
    for disk in document.disks { spec.disks.append(Self.disk(disk, in: spec, &notes)) }
    let left = Self.takeInterfaces(of: document, into: &spec, &notes)
    let display = Self.display(of: document, live)
    var port = display.port
    if let vnc = document.vnc {
      let wish = VNCSpec(listen: vnc.listenAddress ?? "127.0.0.1", keymap: vnc.keymap)
      if port == nil {
        notes.append("libvirt chooses its VNC port at each start, so none is kept for it")
      } else if Self.stands(spec, with: { $0.vnc = wish }) {
        spec.vnc = wish
        if display.isAuto, let port {
          notes.append("libvirt chooses its VNC port anew at each start; it is \(port) now, and that is kept for it")
        }
      } else {
        notes.append("its VNC display listens where Roost can't reach it, so no port is kept for it")
        port = nil
      }
    }
    for graphics in document.graphics where graphics.kind != .vnc {
      notes.append("its \(graphics.kind.rawValue.printable) display stays as it is; roost vnc can't show it")
    }
    if !document.hostDevices.isEmpty { notes.append("it has devices of its host, and stays with them there") }
    let macs = spec.nics.compactMap(\.mac) + left
    return Adoptee(
      spec: spec, macs: macs, vncPort: spec.vnc == nil ? nil : port, isAutoport: display.isAuto, notes: notes)
  }

  /// The spec without disks and interfaces.
  private static func frame(of document: DomainDocument, _ text: String) throws(FleetError) -> VMSpec {
    let (name, vcpus, memory) = try translated { () throws(DomainXMLError) in
      (try document.name, try document.vcpus, Memory(bytes: try document.memoryBytes))
    }
    do {
      try Name.checked(name, of: "VM")
    } catch {
      throw FleetError(
        .precondition, "VM \"\(name.printable)\" has a name that Roost can't use: \(error.message)",
        hint: "on its host, while it is off: virsh domrename")
    }
    let system = document.system
    var spec = VMSpec(
      name: name, vcpus: vcpus, memory: memory, architecture: system.architecture ?? "x86_64",
      machine: nil, acceleration: document.type == .kvm ? .preferred : .none, disks: [], nics: [], vnc: nil,
      serialConsole: document.hasConsole,
      bootOrder: system.bootOrder.prefix(8).compactMap { Fleet.BootDevice(rawValue: $0.rawValue) }, document: text)
    do {
      try spec.validated()
    } catch {
      throw FleetError(.unsupported, "VM \"\(name)\" is beyond what Roost manages: \(error.message)")
    }
    let machine = system.machine.map(family(of:))
    if stands(spec, with: { $0.machine = machine }) { spec.machine = machine }
    return spec
  }

  /// A disk as a spec has it; one that a spec can't describe is a drive that nothing is put into.
  private static func disk(_ disk: DomainDisk, in spec: VMSpec, _ notes: inout [String]) -> DiskSpec {
    let path = disk.source.path
    let bus = disk.bus?.rawValue ?? "ide"
    let isPlain =
      (disk.kind == .file || disk.kind == .block)
      && (disk.format == nil || disk.format == "qcow2" || disk.format == "raw")
    if isPlain, let device = DiskSpec.Device(rawValue: disk.device.rawValue) {
      let plain = DiskSpec(
        device: device, bus: bus, target: disk.target, format: disk.format == "qcow2" ? .qcow2 : .raw,
        source: path == nil ? .none : .existing, path: path)
      if stands(spec, with: { $0.disks.append(plain) }) { return plain }
    }
    notes.append("disk \"\(disk.target.printable)\" stays as its document has it; Roost does not know what is in it")
    return DiskSpec(device: .disk, bus: bus, target: disk.target, format: .raw, source: .none)
  }

  /// Takes in the interfaces on networks and bridges.
  /// - Returns: the addresses of the others.
  private static func takeInterfaces(
    of document: DomainDocument, into spec: inout VMSpec, _ notes: inout [String]
  ) -> [MACAddress] {
    var left: [MACAddress] = []
    for interface in document.interfaces {
      let mac = interface.mac.flatMap { MACAddress($0.description) }
      let source: NICSource? =
        switch interface.kind {
        case .network: interface.network.map { .network($0) }
        case .bridge: interface.bridge.map { .bridge($0) }
        default: nil
        }
      if let source, let mac {
        let nic = NICSpec(source: source, model: interface.model, mac: mac)
        if stands(spec, with: { $0.nics.append(nic) }) {
          spec.nics.append(nic)
          continue
        }
      }
      let place = "interface \(interface.index + 1), of the type \(interface.kind.rawValue.printable),"
      notes.append("\(place) stays as its document has it\(mac == nil ? "" : "; its address is kept for it")")
      if let mac, mac.isUsable, !spec.nics.contains(where: { $0.mac == mac }), !left.contains(mac) { left.append(mac) }
    }
    return left
  }

  /// The port that a VNC display has now, and whether libvirt chooses it.
  private static func display(of document: DomainDocument, _ live: DomainDocument?) -> (port: Int?, isAuto: Bool) {
    guard let saved = document.vnc else { return (nil, false) }
    if saved.isAutoport || saved.port == nil { return (live?.vnc?.port, true) }
    return (saved.port, false)
  }

  private static func stands(_ spec: VMSpec, with change: (inout VMSpec) -> Void) -> Bool {
    var changed = spec
    change(&changed)
    return (try? changed.validated()) != nil
  }
}

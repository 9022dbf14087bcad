import DomainXML
import Fleet

extension DomainImporter {
  /// Reads a domain that is to be adopted unchanged.
  ///
  /// What a spec can't express stays in its document, with a note; only what makes a VM unmanageable is an error.
  /// - Throws: ``FleetError``: `precondition` for a name with control characters, for a domain without a definition and
  ///   for sizes beyond any VM of the fleet, `invalid` for a document that can't be read.
  func adoptee(_ texts: DomainDocuments, _ domain: ObservedDomain) throws(FleetError) -> AdoptedDomain {
    guard let text = texts.saved else {
      throw FleetError(
        .precondition, "VM \"\(domain.name.printable)\" is transient: it has no definition and vanishes when it stops",
        hint: "on its host: virsh dumpxml \(domain.name.shellQuoted) >FILE; virsh define FILE")
    }
    let document = try Self.translated { () throws(DomainXMLError) in try DomainDocument(parsing: text) }
    let live = texts.live.flatMap { try? DomainDocument(parsing: $0) }
    var notes: [String] = []
    var spec = try Self.frame(of: document, text)
    for disk in document.disks { spec.disks.append(try Self.disk(disk, in: spec, creating: 0, &notes)) }
    let left = Self.takeInterfaces(of: document, into: &spec, &notes)
    let constraints = Self.constraints(of: document, spec, notes: &notes)
    let display = Self.display(of: document, live)
    var port = display.port
    if let vnc = document.vnc, vnc.isSocket {
      let wanted = VNCSpec(keymap: vnc.keymap, isSocket: true)
      if Self.stands(spec, with: { $0.vnc = wanted }) { spec.vnc = wanted }
    } else if let vnc = document.vnc {
      let wanted = VNCSpec(listen: vnc.listenAddress ?? "127.0.0.1", keymap: vnc.keymap)
      if port == nil {
        notes.append("libvirt chooses its VNC port at each start, so none is kept for it")
      } else if Self.stands(spec, with: { $0.vnc = wanted }) {
        spec.vnc = wanted
        if display.isAuto, let port {
          notes.append(Self.keptPort(port))
        }
      } else {
        notes.append("its VNC display listens where Roost can't reach it, so no port is kept for it")
        port = nil
      }
    }
    for graphics in document.graphics where graphics.kind != .vnc {
      notes.append("its \(graphics.kind.rawValue.printable) display stays as it is; roost vnc can't show it")
    }
    let macs = spec.nics.compactMap(\.mac) + left
    return AdoptedDomain(
      spec: spec, constraints: constraints, macs: macs, vncPort: spec.wantsPort ? port : nil,
      isAutoport: display.isAuto, notes: notes)
  }

  /// The note about the port that libvirt chose for a running guest.
  static func keptPort(_ port: Int) -> String {
    "libvirt chooses its VNC port at each start; it is \(port) now, and that is kept for it"
  }

  /// The spec without disks and interfaces.
  private static func frame(of document: DomainDocument, _ text: String) throws(FleetError) -> VMSpec {
    let (name, vcpus, memory) = try translated { () throws(DomainXMLError) in
      (try document.name, try document.vcpus, ByteCount(bytes: try document.memoryBytes))
    }
    do {
      try NameRule.checkedForeign(name)
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
    takeOptional(of: document, into: &spec)
    do {
      try spec.validated()
    } catch {
      throw FleetError(.precondition, "VM \"\(name.printable)\" is beyond what Roost manages: \(error.message)")
    }
    let machine = system.machine.map(family(of:))
    if stands(spec, with: { $0.machine = machine }) { spec.machine = machine }
    return spec
  }

  /// Reads the interfaces that have addresses.
  /// - Returns: further addresses of the guest, in arguments for QEMU.
  private static func takeInterfaces(
    of document: DomainDocument, into spec: inout VMSpec, _ notes: inout [String]
  ) -> [MACAddress] {
    for interface in document.interfaces {
      let place = "interface \(interface.index + 1), of the type \(interface.kind.rawValue.printable),"
      let mac = interface.mac.flatMap { MACAddress($0.description) }
      guard let mac, mac.isUsable, !spec.nics.contains(where: { $0.mac == mac }) else {
        notes.append("\(place) has no address that could be kept for it, and is left out")
        continue
      }
      let nic = NICSpec(
        source: source(of: interface) ?? .carried(interface.kind.rawValue), model: interface.model, mac: mac)
      if stands(spec, with: { $0.nics.append(nic) }) {
        spec.nics.append(nic)
        if case .carried = nic.source {
          notes.append("\(place) stays as its document has it; its address is kept for it")
        }
        continue
      }
      notes.append("\(place) stays as its document has it; its address is kept for it")
      spec.nics.append(NICSpec(source: .carried("other"), mac: mac))
    }
    let held = document.passedThroughMACs.compactMap { MACAddress($0.description) }
    return held.filter { mac in mac.isUsable && !spec.nics.contains { $0.mac == mac } }
  }

  /// The present port of a VNC display, and whether libvirt chooses it.
  private static func display(of document: DomainDocument, _ live: DomainDocument?) -> (port: Int?, isAuto: Bool) {
    guard let saved = document.vnc else { return (nil, false) }
    if saved.isAutoport || saved.port == nil { return (live?.vnc?.port, true) }
    return (saved.port, false)
  }
}

/// The VM that an adopted domain becomes.
struct AdoptedDomain: Sendable {
  var spec: VMSpec
  /// Its requirements on hosts beyond its spec.
  var constraints = PlacementConstraints()
  /// The addresses of the spec's interfaces, in their order, followed by those in arguments for QEMU.
  var macs: [MACAddress]
  /// The port of its display, if it has one now.
  var vncPort: Int?
  /// True if libvirt chooses the port at each start.
  var isAutoport: Bool
  /// Notes for the administrator, one sentence each.
  var notes: [String]
}

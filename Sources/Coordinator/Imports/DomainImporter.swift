import DomainXML
import Fleet
import RoostProto

/// Turns somebody's domain document into a spec.
struct DomainImporter: Sendable {
  /// A spec and what the person should know about how it came from the document.
  struct Imported: Sendable {
    var spec: VMSpec
    var notes: [String]
    /// The UUID in the document: the VM's own, if it was taken from a host.
    var formerID: VMID?
  }

  /// Reads the document of an import request.
  /// - Throws: ``FleetError`` with code `invalid` for a document that can't be read, `unsupported` for a disk or
  ///   interface that Roost can't carry to a host.
  func spec(of request: Roost_V1_ImportVMRequest) throws(FleetError) -> Imported {
    let given = try Self.translated { () throws(DomainXMLError) in try DomainDocument(parsing: request.document) }
    var notes: [String] = []
    let document = try Self.withOnePort(given, notes: &notes)
    if !given.droppedRemarks.isEmpty {
      notes.append("\(given.droppedRemarks.count) remarks between the elements are left out")
    }
    if let emulator = document.emulator {
      notes.append("the emulator \(emulator.printable) gives way to the host's own")
    }
    let name = try Self.name(of: document, request)
    let (vcpus, memory) = try Self.translated { () throws(DomainXMLError) in
      (try document.vcpus, Memory(bytes: try document.memoryBytes))
    }
    _ = try Self.translated { () throws(DomainXMLError) in try document.checkedMACs() }
    let system = document.system
    var spec = VMSpec(
      name: name, vcpus: vcpus, memory: memory, architecture: system.architecture ?? "x86_64",
      machine: system.machine.map(Self.family(of:)), acceleration: try Self.acceleration(request.acceleration),
      disks: try disks(of: document, request), nics: try nics(of: document, newMACs: request.newMacs),
      vnc: try Self.vnc(of: given, keepListen: request.keepVncListen, notes: &notes),
      serialConsole: document.hasConsole || request.addSerial,
      bootOrder: system.bootOrder.compactMap { Fleet.BootDevice(rawValue: $0.rawValue) }, document: document.text)
    try Self.insert(request.cdrom, into: &spec, notes: &notes)
    if !spec.serialConsole {
      notes.append("it has no serial device, so roost console can't reach it; --add-serial adds one")
    }
    let formerID = (try? document.uuid).flatMap { VMID($0) }
    return Imported(spec: try spec.validated(), notes: notes, formerID: formerID)
  }

  private func disks(
    of document: DomainDocument, _ request: Roost_V1_ImportVMRequest
  ) throws(FleetError) -> [DiskSpec] {
    guard let size = Int64(exactly: request.createDisksBytes) else {
      throw FleetError(.invalid, "the size of the disks to make is too large")
    }
    let found = document.disks
    var disks: [DiskSpec] = []
    for disk in found {
      guard let device = DiskSpec.Device(rawValue: disk.device.rawValue) else {
        throw FleetError(
          .unsupported,
          "disk \"\(disk.target.printable)\" is a \(disk.device.rawValue.printable); Roost carries disks and drives")
      }
      guard disk.kind == .file || disk.kind == .block else {
        throw FleetError(
          .unsupported,
          "disk \"\(disk.target.printable)\" is of the type \(disk.kind.rawValue.printable)",
          hint: "Roost carries disks that are files or block devices"
        )
      }
      let format: ImageFormat = disk.format == "qcow2" ? .qcow2 : .raw
      guard disk.format == nil || disk.format == "qcow2" || disk.format == "raw" else {
        throw FleetError(
          .unsupported, "disk \"\(disk.target.printable)\" has the format \(disk.format?.printable ?? "")")
      }
      let path = disk.source.path
      var source: Fleet.DiskSource = path == nil ? .none : .existing
      if device == .disk, path != nil, disk.kind == .file, size > 0 { source = .blank }
      if device == .cdrom, path == nil { source = .none }
      disks.append(
        DiskSpec(
          device: device, bus: disk.bus?.rawValue ?? "ide", target: disk.target, format: format, source: source,
          path: path, size: source == .blank ? Memory(bytes: size) : .zero))
    }
    return disks
  }

  private func nics(of document: DomainDocument, newMACs: Bool) throws(FleetError) -> [NICSpec] {
    var nics: [NICSpec] = []
    for interface in document.interfaces {
      let source: NICSource
      if interface.kind == .network, let network = interface.network {
        source = .network(network)
      } else if interface.kind == .bridge, let bridge = interface.bridge {
        source = .bridge(bridge)
      } else {
        throw FleetError(
          .unsupported, "interface \(interface.index + 1) is of the type \(interface.kind.rawValue.printable)",
          hint: "Roost carries interfaces of the types network and bridge")
      }
      var mac: MACAddress?
      if let given = interface.mac, !newMACs { mac = try MACAddress(choosing: given.description) }
      nics.append(NICSpec(source: source, model: interface.model, mac: mac))
    }
    return nics
  }

  private static func name(of document: DomainDocument, _ request: Roost_V1_ImportVMRequest) throws(FleetError)
    -> String
  {
    if !request.name.isEmpty { return request.name }
    return try translated { () throws(DomainXMLError) in try document.name }
  }

  /// The drive's medium becomes a library image: in the first drive there is, or in a new one.
  private static func insert(_ image: String, into spec: inout VMSpec, notes: inout [String]) throws(FleetError) {
    guard !image.isEmpty else { return }
    let medium = Fleet.DiskSource.medium(ImageRef(name: image))
    if let index = spec.disks.firstIndex(where: { $0.device == .cdrom }) {
      if let path = spec.disks[index].path {
        notes.append("image \"\(image.printable)\" is in the drive instead of \(path.printable)")
      }
      spec.disks[index].source = medium
      spec.disks[index].path = nil
      spec.disks[index].format = .raw
      return
    }
    let taken = Set(spec.disks.map(\.target))
    guard let target = "abcdefghijklmnop".map({ "sd\($0)" }).first(where: { !taken.contains($0) }) else {
      throw FleetError(.invalid, "there is no free place for a drive")
    }
    spec.disks.append(DiskSpec(device: .cdrom, bus: "sata", target: target, format: .raw, source: medium))
  }

  private static func acceleration(_ text: String) throws(FleetError) -> AccelerationWish {
    if text.isEmpty { return .preferred }
    guard let wish = AccelerationWish(rawValue: text) else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is no wish for acceleration", hint: "use required, preferred or none")
    }
    return wish
  }

  /// The family of a versioned machine type, which hosts of other versions and distributions have too.
  static func family(of machine: String) -> String {
    if machine.hasPrefix("pc-q35") { return "q35" }
    if machine.hasPrefix("pc-") { return "pc" }
    return machine
  }

  static func translated<T>(_ body: () throws(DomainXMLError) -> T) throws(FleetError) -> T {
    do {
      return try body()
    } catch {
      let line = error.line.map { "line \($0): " } ?? ""
      throw FleetError(.invalid, "the domain document can't be used: \(line)\(error.message.printable)")
    }
  }
}

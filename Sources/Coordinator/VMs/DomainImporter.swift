import DomainXML
import Fleet
import RoostProto

/// Converts a domain document into a spec.
struct DomainImporter: Sendable {
  /// A spec, the document's requirements on a host, and notes about the conversion.
  struct Imported: Sendable {
    var spec: VMSpec
    /// The requirements on the host beyond the spec.
    var constraints: PlacementConstraints
    /// Addresses of the guest in arguments for QEMU.
    var heldMACs: [MACAddress]
    var notes: [String]
    /// The UUID in the document: the VM's own, if the document was taken from a host.
    var formerID: VMID?
  }

  /// Reads the document of an import request as libvirt would; what Roost does not model stays in it.
  /// - Throws: ``FleetError`` with code `invalid` for a document that libvirt would refuse, or that exceeds the limits
  ///   of a fleet's VM.
  func spec(of request: Roost_V1_ImportVMRequest) throws(FleetError) -> Imported {
    guard let size = Int64(exactly: request.createDisksBytes) else {
      throw FleetError(.invalid, "the size of the disks to make is too large")
    }
    let given = try Self.translated { () throws(DomainXMLError) in try DomainDocument(parsing: request.document) }
    var notes: [String] = []
    let atRest = try Self.atRest(given, notes: &notes)
    let document = try Self.withoutSecrets(Self.withOnePort(atRest, notes: &notes), notes: &notes)
    if !given.droppedTexts.isEmpty {
      notes.append("\(given.droppedTexts.count) stray texts between the elements are left out")
    }
    if let emulator = document.emulator {
      notes.append("the emulator \(emulator.printable) gives way to the host's own")
    }
    if let machine = document.system.machine, Self.family(of: machine) != machine {
      notes.append(
        "the machine type \(machine.printable) becomes \(Self.family(of: machine)), of which the host has a version of "
          + "its own")
    }
    let name = try Self.name(of: document, request)
    let (vcpus, memory) = try Self.translated { () throws(DomainXMLError) in
      (try document.vcpus, ByteCount(bytes: try document.memoryBytes))
    }
    _ = try Self.translated { () throws(DomainXMLError) in try document.checkedMACs() }
    let system = document.system
    var spec = VMSpec(
      name: name, vcpus: vcpus, memory: memory, architecture: system.architecture ?? "x86_64",
      machine: system.machine.map(Self.family(of:)), acceleration: try Self.acceleration(request.acceleration),
      disks: [], nics: [], vnc: try Self.vnc(of: given, keepListen: request.keepVncListen, notes: &notes),
      serialConsole: document.hasConsole || request.addSerial,
      bootOrder: system.bootOrder.prefix(8).compactMap { Fleet.BootDevice(rawValue: $0.rawValue) },
      document: document.text)
    Self.takeOptional(of: document, into: &spec)
    for path in document.diskPaths where path.split(separator: "/").contains("..") {
      throw FleetError(
        .invalid, "the disk path \(path.printable) goes up, which may lead anywhere", hint: "write where it is")
    }
    for disk in document.disks { spec.disks.append(try Self.disk(disk, in: spec, creating: size, &notes)) }
    for interface in document.interfaces {
      spec.nics.append(try Self.nic(interface, in: spec, newMAC: request.newMacs, &notes))
    }
    try Self.insert(request.cdrom, into: &spec, notes: &notes)
    notes += Self.losses(of: document, spec)
    if !spec.serialConsole {
      notes.append("it has no serial device, so roost console can't reach it; --add-serial adds one")
    }
    let constraints = Self.constraints(of: document, spec, notes: &notes)
    let held = document.passedThroughMACs.compactMap { MACAddress($0.description) }
    let formerID = (try? document.uuid).flatMap { VMID($0) }
    return Imported(
      spec: try spec.validated(), constraints: constraints, heldMACs: held, notes: notes, formerID: formerID)
  }

  /// The document without the traces of one run of the guest.
  private static func atRest(
    _ given: DomainDocument, notes: inout [String]
  ) throws(FleetError) -> DomainDocument {
    var document = given
    if try translated({ () throws(DomainXMLError) in try document.removeRuntimeState() }) {
      notes.append("it was dumped from a running guest; what that run left in it goes, what a person wrote stays")
    }
    return document
  }

  private static func name(of document: DomainDocument, _ request: Roost_V1_ImportVMRequest) throws(FleetError)
    -> String
  {
    if !request.name.isEmpty { return try NameRule.checked(request.name, of: "VM") }
    let name = try translated { () throws(DomainXMLError) in try document.name }
    do {
      return try NameRule.checked(name, of: "VM")
    } catch {
      throw FleetError(
        .invalid, "\(error.message); the document calls it so", hint: "give it a name: --name \(plainName(like: name))")
    }
  }

  /// A valid name that resembles the given one.
  static func plainName(like name: String) -> String {
    let letters = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain ? Character(scalar) : "-"
    }
    let words = String(letters).split(separator: "-").joined(separator: "-").prefix(63)
    return words.isEmpty ? "imported-vm" : String(words).lowercased()
  }

  /// Replaces the drive's medium with a library image: in the first drive, or in a new one.
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

  /// The optional fields of a spec: the title, if the spec may have it, and the memory and vCPUs that the guest starts
  /// with, if its document has less than the maximum.
  static func takeOptional(of document: DomainDocument, into spec: inout VMSpec) {
    let title = document.title
    if stands(spec, with: { $0.title = title }) { spec.title = title }
    if let current = try? document.currentVCPUs, current < spec.vcpus { spec.startVCPUs = current }
    if let current = (try? document.currentMemoryBytes).map({ ByteCount(bytes: $0) }), current < spec.memory {
      spec.startMemory = current
    }
  }

  private static func acceleration(_ text: String) throws(FleetError) -> AccelerationPreference {
    if text.isEmpty { return .preferred }
    guard let wanted = AccelerationPreference(rawValue: text) else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is not a preference for acceleration", hint: "use required, preferred or none")
    }
    return wanted
  }

  /// The family of a versioned machine type, which other versions and distributions also have.
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

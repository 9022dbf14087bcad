internal import DomainXML
internal import Fleet

/// Writes the domain document of a VM for this host.
///
/// An imported VM keeps everything in its document that Roost does not model; emulator, machine type and accelerator
/// become the host's.
struct DomainDefinition: Sendable {
  let provision: ProvisionRequest
  let disks: [PreparedDisk]
  let acceleration: Acceleration
  /// The CPU models that the emulator offers on this host; empty if unknown.
  var cpuModels: [String] = []
  /// How the file with the firmware's variables that the document names is treated.
  var variables = FirmwareVariables.kept

  private var spec: VMSpec { provision.spec }

  /// The document as text for libvirt.
  func text() throws -> String {
    do {
      var document = try spec.document.map(imported) ?? blueprint()
      if let keymap = spec.vnc?.keymap { document = try Self.setKeymap(keymap, in: document) }
      if let title = spec.title, title != document.title { try document.setTitle(title) }
      return document.text
    } catch let error as DomainXMLError {
      throw FleetError(libvirt: error)
    }
  }

  /// A new document.
  private func blueprint() throws -> DomainDocument {
    var blueprint = NewDomain(
      name: spec.name, uuid: provision.vmID.description, type: acceleration.type, architecture: spec.architecture,
      machine: try acceleration.machine(for: spec.machine), emulator: acceleration.emulator.path,
      memoryBytes: spec.memory.bytes, vcpus: spec.vcpus, cpuMode: acceleration.type == .kvm ? .hostModel : nil)
    blueprint.bootOrder = spec.bootOrder.map { DomainXML.BootDevice(rawValue: $0.rawValue) }
    blueprint.disks = try disks.map(Self.newDisk)
    blueprint.interfaces = try spec.nics.indices.map { index in
      NewInterface(
        try Self.source(spec.nics[index].source), model: spec.nics[index].model ?? "virtio", mac: try mac(index))
    }
    if let vnc = spec.vnc {
      blueprint.hasVNCSocket = vnc.isSocket
      blueprint.vncPort = vnc.isSocket ? nil : try vncPort()
      blueprint.vncListen = vnc.listen
    }
    blueprint.hasSerial = spec.serialConsole
    blueprint.mark = mark
    return try blueprint.document()
  }

  /// The document of an imported VM, adapted to this host.
  private func imported(_ text: String) throws -> DomainDocument {
    var document = try DomainDocument(parsing: text)
    try document.removeRuntimeState()
    switch variables {
    case .kept: break
    case .own: try document.leaveVariablesToLibvirt(takeAsTemplate: false)
    case .copied: try document.leaveVariablesToLibvirt(takeAsTemplate: true)
    }
    try fit(&document)
    try connect(&document)
    // Removes every listening display except the one with the fleet's port, whatever the document says.
    try document.keepOneVNC()
    try document.closeDevicePorts()
    if let vnc = spec.vnc, vnc.isSocket {
      try document.setVNCSocket()
    } else if let vnc = spec.vnc {
      try document.setVNCPort(try vncPort())
      try document.setVNCListen(vnc.listen)
    }
    if spec.serialConsole { try document.addSerial() }
    try document.setMark(mark)
    return document
  }

  /// Sets identity, size, emulator and accelerator.
  private func fit(_ document: inout DomainDocument) throws {
    try document.setName(spec.name)
    try document.setUUID(provision.vmID.description)
    if try document.memoryBytes != spec.memory.bytes {
      try document.setMemory(bytes: spec.memory.bytes)
      try document.setCurrentMemory(bytes: spec.memory.bytes)
    }
    if try document.vcpus != spec.vcpus { try document.setVCPUs(spec.vcpus) }
    try document.setType(acceleration.type)
    try document.setArchitecture(spec.architecture)
    try document.setMachine(try acceleration.machine(for: document.system.machine ?? spec.machine))
    try document.setEmulator(acceleration.emulator.path)
    try document.removeSecurityLabels()
    if acceleration.type != .kvm, let cpu = document.cpu { try fit(cpu, in: &document) }
    let order = spec.bootOrder.map { DomainXML.BootDevice(rawValue: $0.rawValue) }
    if !order.isEmpty, !document.system.bootOrder.isEmpty, document.system.bootOrder != order {
      try document.setBootOrder(order)
    }
  }

  /// Without KVM the guest gets the emulator's own CPU, or a named model that it has.
  private func fit(_ cpu: GuestCPU, in document: inout DomainDocument) throws {
    switch cpu.mode {
    case .hostPassthrough, .hostModel: try document.leaveProcessorToEmulator()
    case .maximum: break
    default:
      guard let model = cpu.model else { return }
      if cpuModels.isEmpty || cpuModels.contains(model) {
        try document.leaveFeaturesUnchecked()
      } else {
        try document.leaveProcessorToEmulator()
      }
    }
  }

  /// Sets the disks by target and the interfaces by position.
  private func connect(_ document: inout DomainDocument) throws {
    for disk in disks {
      let present = document.disks.first { $0.target == disk.spec.target }
      if disk.spec.source == .document {
        guard present == nil else { continue }
        throw FleetError(.invalid, "the document has no disk \"\(disk.spec.target.printable)\"")
      }
      guard let present else {
        try document.addDisk(try Self.newDisk(disk))
        continue
      }
      if let path = disk.path {
        guard present.source.path != path else { continue }
        try document.setDiskSource(at: present.index, path: path, format: disk.format)
      } else if present.device == .cdrom {
        try document.ejectMedia(target: disk.spec.target)
      }
    }
    // An adopted VM's document may have interfaces that the spec leaves out; then positions prove nothing.
    let present = Set(document.interfaces.compactMap(\.mac))
    for index in spec.nics.indices where try !present.contains(mac(index)) {
      guard document.interfaces.indices.contains(index) else {
        let new = NewInterface(
          try Self.source(spec.nics[index].source), model: spec.nics[index].model ?? "virtio", mac: try mac(index))
        try document.addInterface(new)
        continue
      }
      try document.setMAC(try mac(index), ofInterface: index)
    }
  }

  private var mark: DomainMark {
    DomainMark(
      VMMark(
        fleetID: provision.fleetID.description, vmID: provision.vmID, revision: provision.revision,
        allocations: provision.allocations))
  }

  private func mac(_ index: Int) throws -> HardwareAddress {
    let macs = provision.allocations.macs
    guard macs.indices.contains(index), let mac = HardwareAddress(macs[index].description) else {
      throw FleetError(.invalid, "the coordinator allocated \(macs.count) MACs for \(spec.nics.count) interfaces")
    }
    return mac
  }

  private func vncPort() throws -> Int {
    guard let port = provision.allocations.vncPort else {
      throw FleetError(.invalid, "the coordinator allocated no port for the VNC display")
    }
    return port
  }

  private static func newDisk(_ disk: PreparedDisk) throws -> NewDisk {
    let bus = DiskBus(rawValue: disk.spec.bus)
    switch disk.spec.device {
    case .floppy:
      var drive = NewDisk.cdrom(path: disk.path, bus: bus, target: disk.spec.target)
      drive.device = .floppy
      drive.format = disk.format
      return drive
    case .cdrom: return .cdrom(path: disk.path, bus: bus, target: disk.spec.target)
    case .disk, .lun:
      guard let path = disk.path else {
        throw FleetError(.invalid, "disk \"\(disk.spec.target)\" has no file")
      }
      return NewDisk(path: path, format: disk.format, bus: bus, target: disk.spec.target)
    }
  }

  private static func source(_ source: NICSource) throws -> NewInterface.Source {
    switch source {
    case .carried(let kind):
      throw FleetError(.invalid, "the document has no interface of the type \(kind.printable) that was carried in it")
    case .network(let name): .network(name)
    case .bridge(let name): .bridge(name)
    }
  }

  private static func setKeymap(_ keymap: String, in document: DomainDocument) throws -> DomainDocument {
    let tree = try document.markup()
    let graphics = tree.root.child(named: "devices")?.children(named: "graphics") ?? []
    guard let vnc = graphics.first(where: { $0.attribute("type") == "vnc" }), vnc.attribute("keymap") != keymap else {
      return document
    }
    try vnc.setAttribute("keymap", keymap)
    return try DomainDocument(parsing: tree.text)
  }
}

/// How to treat the firmware's variables file that an imported document names: no two guests may share one.
enum FirmwareVariables: Hashable, Sendable {
  /// The document names no file, or a file that no other domain has; nothing changes.
  case kept
  /// libvirt makes a new file for the VM from its template.
  case own
  /// Another domain has the file; libvirt copies it for the VM.
  case copied

  /// Decides for a document by what is on the host and what other domains there use. Blocks.
  init(of text: String?, beside others: [ObservedDomain]) {
    guard let text, let document = try? DomainDocument(parsing: text), let path = document.system.nvramPath else {
      self = .kept
      return
    }
    guard HostFile.exists(path) else {
      self = .own
      return
    }
    let identity = FileIdentity.of(path)
    let taken = Set(others.flatMap(\.configurations).map(\.nvram).filter { !$0.isEmpty })
    let isTaken = taken.contains { other in
      FilePath.normalised(other) == FilePath.normalised(path) || (identity != nil && FileIdentity.of(other) == identity)
    }
    self = isTaken ? .copied : .kept
  }
}

package import Fleet
package import RoostProto

extension VMSpec: MessageDecodable {
  package init(_ message: Roost_V1_VMSpec, at path: FieldPath) throws(FleetError) {
    var boot: [BootDevice] = []
    for (index, device) in message.bootOrder.enumerated() {
      boot.append(try path.word(device, "boot_order[\(index)]"))
    }
    self.init(
      name: message.name, vcpus: Int(clamping: message.vcpus),
      memory: try path.memory(message.memoryBytes, "memory_bytes"),
      architecture: message.arch, machine: message.machine.isEmpty ? nil : message.machine,
      acceleration: try path.word(message.acceleration, "acceleration"),
      disks: try path.list(message.disks, "disks"), nics: try path.list(message.nics, "nics"),
      vnc: message.hasVnc ? try VNCSpec(message.vnc, at: path.field("vnc")) : nil,
      serialConsole: message.serialConsole, bootOrder: boot, labels: message.labels,
      document: message.document.isEmpty ? nil : message.document,
      startVCPUs: message.startVcpus == 0 ? nil : Int(clamping: message.startVcpus),
      startMemory: message.startMemoryBytes == 0
        ? nil : try path.memory(message.startMemoryBytes, "start_memory_bytes"),
      title: message.title.isEmpty ? nil : message.title)
  }

  /// The spec as the wire carries it.
  package var message: Roost_V1_VMSpec {
    var result = Roost_V1_VMSpec()
    result.name = name
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.arch = architecture
    result.machine = machine ?? ""
    result.acceleration = acceleration.rawValue
    result.disks = disks.map(\.message)
    result.nics = nics.map(\.message)
    if let vnc { result.vnc = vnc.message }
    result.serialConsole = serialConsole
    result.bootOrder = bootOrder.map(\.rawValue)
    result.labels = labels
    result.document = document ?? ""
    result.startVcpus = UInt32(clamping: startVCPUs ?? 0)
    result.startMemoryBytes = UInt64(clamping: startMemory?.bytes ?? 0)
    result.title = title ?? ""
    return result
  }
}

extension DiskSpec: MessageDecodable {
  package init(_ message: Roost_V1_DiskSpec, at path: FieldPath) throws(FleetError) {
    self.init(
      device: try path.word(message.device, "device"), bus: message.bus, target: message.target,
      format: try path.word(message.format, "format"), source: try DiskSource(message.source, at: path),
      path: message.path.isEmpty ? nil : message.path, size: try path.memory(message.sizeBytes, "size_bytes"),
      isShareable: message.shareable)
  }

  /// The disk as the wire carries it.
  package var message: Roost_V1_DiskSpec {
    var result = Roost_V1_DiskSpec()
    result.device = device.rawValue
    result.bus = bus
    result.target = target
    result.format = format.rawValue
    result.source = source.message
    result.path = path ?? ""
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.shareable = isShareable
    return result
  }
}

extension DiskSource {
  /// Reads the source of a disk; `path` is the disk's.
  init(_ source: Roost_V1_DiskSpec.OneOf_Source?, at path: FieldPath) throws(FleetError) {
    guard let source else { throw path.invalid("source", "is missing") }
    switch source {
    case .blank: self = .blank
    case .overlay(let image): self = .overlay(try ImageRef(image, at: path.field("overlay")))
    case .copy(let image): self = .copy(try ImageRef(image, at: path.field("copy")))
    case .medium(let image): self = .medium(try ImageRef(image, at: path.field("medium")))
    case .existing: self = .existing
    case .none: self = .none
    case .document: self = .document
    }
  }

  /// The source as the wire carries it.
  var message: Roost_V1_DiskSpec.OneOf_Source {
    switch self {
    case .blank: .blank(Roost_V1_Empty())
    case .overlay(let image): .overlay(image.message)
    case .copy(let image): .copy(image.message)
    case .medium(let image): .medium(image.message)
    case .existing: .existing(Roost_V1_Empty())
    case .none: .none(Roost_V1_Empty())
    case .document: .document(Roost_V1_Empty())
    }
  }
}

extension NICSpec: MessageDecodable {
  package init(_ message: Roost_V1_NICSpec, at path: FieldPath) throws(FleetError) {
    let source: NICSource
    switch message.source {
    case .network(let name): source = .network(name)
    case .bridge(let name): source = .bridge(name)
    case .carried(let kind): source = .carried(kind)
    case nil: throw path.invalid("source", "is missing")
    }
    self.init(
      source: source, model: message.model.isEmpty ? nil : message.model,
      mac: try path.optionalMAC(message.mac, "mac"))
  }

  /// The interface as the wire carries it.
  package var message: Roost_V1_NICSpec {
    var result = Roost_V1_NICSpec()
    switch source {
    case .network(let name): result.network = name
    case .bridge(let name): result.bridge = name
    case .carried(let kind): result.carried = kind
    }
    result.model = model ?? ""
    result.mac = mac?.description ?? ""
    return result
  }
}

extension VNCSpec: MessageDecodable {
  package init(_ message: Roost_V1_VNCSpec, at path: FieldPath) throws(FleetError) {
    self.init(
      listen: message.listen, keymap: message.keymap.isEmpty ? nil : message.keymap, isSocket: message.socket)
  }

  /// The display as the wire carries it.
  package var message: Roost_V1_VNCSpec {
    var result = Roost_V1_VNCSpec()
    result.listen = listen
    result.keymap = keymap ?? ""
    result.socket = isSocket
    return result
  }
}

extension ImageRef: MessageDecodable {
  package init(_ message: Roost_V1_ImageRef, at path: FieldPath) throws(FleetError) {
    self.init(id: try path.optionalID(message.id, "id"), name: message.name)
  }

  /// The reference as the wire carries it.
  package var message: Roost_V1_ImageRef {
    var result = Roost_V1_ImageRef()
    result.id = id?.description ?? ""
    result.name = name
    return result
  }
}

extension Image: MessageDecodable {
  package init(_ message: Roost_V1_Image, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), name: message.name, format: try path.word(message.format, "format"),
      virtualSize: try path.memory(message.virtualBytes, "virtual_bytes"),
      fileSize: try path.memory(message.fileBytes, "file_bytes"), sha256: message.sha256,
      createdAt: try path.moment(message.createdAt, "created_at"))
  }

  /// The image as the wire carries it.
  package var message: Roost_V1_Image {
    var result = Roost_V1_Image()
    result.id = id.description
    result.name = name
    result.format = format.rawValue
    result.virtualBytes = UInt64(clamping: virtualSize.bytes)
    result.fileBytes = UInt64(clamping: fileSize.bytes)
    result.sha256 = sha256
    result.createdAt = createdAt.milliseconds
    return result
  }
}

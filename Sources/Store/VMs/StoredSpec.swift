internal import Fleet

/// A VM's spec as the database keeps it: every field, so that it comes back exactly as it was.
struct StoredSpec: Codable {
  struct Disk: Codable {
    let device: String
    let bus: String
    let target: String
    let format: String
    /// `blank`, `overlay`, `copy`, `medium`, `existing`, `none` or `document`.
    let source: String
    let imageID: String?
    let image: String?
    let path: String?
    let size: Int64
    /// Absent in rows older than this key.
    let shareable: Bool?
  }

  struct NIC: Codable {
    /// `network`, `bridge` or `carried`.
    let kind: String
    let name: String
    let model: String?
    let mac: UInt64?
  }

  struct VNC: Codable {
    let listen: String
    let keymap: String?
  }

  let name: String
  let vcpus: Int
  let memory: Int64
  let architecture: String
  let machine: String?
  let acceleration: String
  let disks: [Disk]
  let nics: [NIC]
  let vnc: VNC?
  let serialConsole: Bool
  let bootOrder: [String]
  let labels: [String: String]
  let document: String?
  /// Absent for a guest that starts with its maximum, and in rows older than this key.
  let startVCPUs: Int?
  let startMemory: Int64?

  init(_ spec: VMSpec) {
    name = spec.name
    vcpus = spec.vcpus
    memory = spec.memory.bytes
    architecture = spec.architecture
    machine = spec.machine
    acceleration = spec.acceleration.rawValue
    disks = spec.disks.map { Disk($0) }
    nics = spec.nics.map { NIC($0) }
    vnc = spec.vnc.map { VNC(listen: $0.listen, keymap: $0.keymap) }
    serialConsole = spec.serialConsole
    bootOrder = spec.bootOrder.map(\.rawValue)
    labels = spec.labels
    document = spec.document
    startVCPUs = spec.startVCPUs
    startMemory = spec.startMemory?.bytes
  }

  func value() throws(FleetError) -> VMSpec {
    VMSpec(
      name: name, vcpus: vcpus, memory: ByteCount(bytes: memory), architecture: architecture, machine: machine,
      acceleration: try Self.known(AccelerationPreference(rawValue: acceleration), acceleration),
      disks: try disks.reading { disk throws(FleetError) in try disk.value() },
      nics: try nics.reading { nic throws(FleetError) in try nic.value() },
      vnc: vnc.map { VNCSpec(listen: $0.listen, keymap: $0.keymap) }, serialConsole: serialConsole,
      bootOrder: try bootOrder.reading { word throws(FleetError) in try Self.known(BootDevice(rawValue: word), word) },
      labels: labels, document: document, startVCPUs: startVCPUs, startMemory: startMemory.map { ByteCount(bytes: $0) })
  }

  fileprivate static func known<Value>(_ value: Value?, _ text: String) throws(FleetError) -> Value {
    guard let value else { throw .unreadable("spec", of: "a VM", "\"\(text)\" is not known") }
    return value
  }
}

extension StoredSpec.Disk {
  init(_ disk: DiskSpec) {
    let source =
      switch disk.source {
      case .blank: "blank"
      case .overlay: "overlay"
      case .copy: "copy"
      case .medium: "medium"
      case .existing: "existing"
      case .none: "none"
      case .document: "document"
      }
    self.init(
      device: disk.device.rawValue, bus: disk.bus, target: disk.target, format: disk.format.rawValue,
      source: source, imageID: disk.image?.id?.description, image: disk.image?.name, path: disk.path,
      size: disk.size.bytes, shareable: disk.isShareable ? true : nil)
  }

  func value() throws(FleetError) -> DiskSpec {
    DiskSpec(
      device: try StoredSpec.known(DiskSpec.Device(rawValue: device), device), bus: bus, target: target,
      format: try StoredSpec.known(ImageFormat(rawValue: format), format), source: try diskSource(), path: path,
      size: ByteCount(bytes: size), isShareable: shareable ?? false)
  }

  private func diskSource() throws(FleetError) -> DiskSource {
    switch source {
    case "blank": .blank
    case "existing": .existing
    case "none": .none
    case "document": .document
    case "overlay": .overlay(try reference())
    case "copy": .copy(try reference())
    case "medium": .medium(try reference())
    default: throw .unreadable("spec", of: "a VM", "the disk source \"\(source)\" is not known")
    }
  }

  private func reference() throws(FleetError) -> ImageRef {
    let id: ImageID? =
      if let imageID { try StoredSpec.known(ImageID(imageID), imageID) } else { nil }
    return ImageRef(id: id, name: try StoredSpec.known(image, "a disk without an image"))
  }
}

extension StoredSpec.NIC {
  init(_ nic: NICSpec) {
    switch nic.source {
    case .network(let name): self.init(kind: "network", name: name, model: nic.model, mac: nic.mac?.number)
    case .bridge(let name): self.init(kind: "bridge", name: name, model: nic.model, mac: nic.mac?.number)
    case .carried(let kind): self.init(kind: "carried", name: kind, model: nic.model, mac: nic.mac?.number)
    }
  }

  func value() throws(FleetError) -> NICSpec {
    let source: NICSource =
      switch kind {
      case "network": .network(name)
      case "bridge": .bridge(name)
      case "carried": .carried(name)
      default: throw .unreadable("spec", of: "a VM", "the NIC source \"\(kind)\" is not known")
      }
    let address: MACAddress? =
      if let mac { try StoredSpec.known(MACAddress(number: mac), "MAC \(mac)") } else { nil }
    return NICSpec(source: source, model: model, mac: address)
  }
}

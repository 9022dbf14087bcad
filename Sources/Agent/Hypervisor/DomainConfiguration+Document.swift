internal import DomainXML
internal import Fleet

extension DomainConfiguration {
  /// Reads a domain document; a missing or malformed value leaves its field empty.
  init(_ document: DomainDocument) {
    let system = document.system
    self.init(
      vcpus: (try? document.currentVCPUs) ?? 0,
      memory: ByteCount(bytes: (try? document.currentMemoryBytes) ?? 0),
      architecture: system.architecture ?? "", machine: system.machine ?? "", type: document.type.rawValue,
      nics: document.interfaces.map(ObservedNIC.init),
      disks: document.disks.map(ObservedDisk.init) + document.passedThroughDisks.map(ObservedDisk.init),
      graphics: document.graphics.map(ObservedGraphics.init), hasSerialConsole: document.hasConsole,
      smbiosUUID: (try? document.smbiosUUID) ?? "",
      maximumMemory: ByteCount(bytes: (try? document.memoryBytes) ?? 0), maximumVCPUs: (try? document.vcpus) ?? 0,
      passedMACs: document.passedThroughMACs.compactMap { MACAddress($0.description) },
      nvram: document.system.nvramPath ?? "",
      hostDevices: document.requirements.filter { [.pci, .usb, .mdev].contains($0.kind) }
        .map { "\($0.kind.rawValue)/\($0.value)" })
  }
}

extension ObservedNIC {
  fileprivate init(_ interface: DomainInterface) {
    self.init(
      mac: interface.mac.flatMap { MACAddress($0.description) }, network: interface.network ?? "",
      bridge: interface.bridge ?? "", model: interface.model ?? "", device: interface.target ?? "")
  }
}

extension ObservedDisk {
  fileprivate init(_ disk: DomainDisk) {
    self.init(
      device: disk.device.rawValue, target: disk.target, path: disk.source.path ?? "", format: disk.format ?? "",
      readOnly: disk.isReadOnly, shareable: disk.isShareable, bus: disk.bus?.rawValue ?? "",
      identity: disk.elsewhere ?? "", beneath: (disk.backing + [disk.mirror].compactMap { $0 }).compactMap(\.path))
  }
}

extension ObservedDisk {
  fileprivate init(_ disk: PassedThroughDisk) {
    self.init(
      device: "disk", target: "", path: disk.path ?? "", format: disk.format ?? "probed", readOnly: disk.isReadOnly,
      bus: ObservedDisk.emulatorArgument, beneath: disk.beneath)
  }
}

extension ObservedGraphics {
  fileprivate init(_ graphics: DomainGraphics) {
    self.init(
      type: graphics.kind.rawValue, listen: graphics.listenAddress ?? "",
      port: graphics.port.flatMap { $0 > 0 ? $0 : nil }, autoport: graphics.isAutoport,
      isSocket: graphics.isSocket)
  }
}

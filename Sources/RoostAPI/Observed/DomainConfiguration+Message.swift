public import Fleet
public import RoostProto

extension DomainConfiguration: MessageDecodable {
  public init(_ message: Roost_V1_DomainConfiguration, at path: FieldPath) throws(FleetError) {
    self.init(
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      architecture: message.arch, machine: message.machine, type: message.type,
      nics: try path.list(message.nics, "nics"), disks: try path.list(message.disks, "disks"),
      graphics: try path.list(message.graphics, "graphics"), hasSerialConsole: message.serialConsole,
      smbiosUUID: message.smbiosUuid,
      maximumMemory: try path.memory(message.maximumMemoryBytes, "maximum_memory_bytes"),
      maximumVCPUs: Int(clamping: message.maximumVcpus), nvram: message.nvram, hostDevices: message.hostDevices)
    for text in message.passedMacs {
      if let mac = try path.optionalMAC(text, "passed_macs") { passedMACs.append(mac) }
    }
  }

  /// The configuration as the wire carries it.
  public var message: Roost_V1_DomainConfiguration {
    var result = Roost_V1_DomainConfiguration()
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes).held
    result.arch = architecture.held(to: FieldLimit.name)
    result.machine = machine.held(to: FieldLimit.name)
    result.type = type.held()
    result.nics = nics.prefix(FieldLimit.devices).map(\.message)
    result.disks = disks.prefix(FieldLimit.devices).map(\.message)
    result.graphics = graphics.prefix(FieldLimit.devices).map(\.message)
    result.serialConsole = hasSerialConsole
    result.smbiosUuid = smbiosUUID.held(to: FieldLimit.id)
    result.maximumMemoryBytes = UInt64(clamping: maximumMemory.bytes).held
    result.maximumVcpus = UInt32(clamping: maximumVCPUs)
    result.passedMacs = passedMACs.prefix(FieldLimit.devices).map(\.description)
    result.nvram = nvram.held()
    result.hostDevices = hostDevices.prefix(FieldLimit.devices).map { $0.held() }
    return result
  }
}

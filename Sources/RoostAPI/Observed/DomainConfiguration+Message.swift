public import Fleet
public import RoostProto

extension DomainConfiguration: MessageDecodable {
  public init(_ message: Roost_V1_DomainConfiguration, at path: FieldPath) throws(FleetError) {
    self.init(
      vcpus: Int(message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      architecture: message.arch, machine: message.machine, type: message.type,
      nics: try path.list(message.nics, "nics"), disks: try path.list(message.disks, "disks"),
      graphics: try path.list(message.graphics, "graphics"), hasSerialConsole: message.serialConsole,
      smbiosUUID: message.smbiosUuid,
      maximumMemory: try path.memory(message.maximumMemoryBytes, "maximum_memory_bytes"),
      maximumVCPUs: Int(message.maximumVcpus))
  }

  /// The configuration as the wire carries it.
  public var message: Roost_V1_DomainConfiguration {
    var result = Roost_V1_DomainConfiguration()
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.arch = architecture
    result.machine = machine
    result.type = type
    result.nics = nics.map(\.message)
    result.disks = disks.map(\.message)
    result.graphics = graphics.map(\.message)
    result.serialConsole = hasSerialConsole
    result.smbiosUuid = smbiosUUID
    result.maximumMemoryBytes = UInt64(clamping: maximumMemory.bytes)
    result.maximumVcpus = UInt32(clamping: maximumVCPUs)
    return result
  }
}

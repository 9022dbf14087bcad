public import Fleet
public import RoostProto

extension VMSpec: MessageDecodable {
  public init(_ message: Roost_V1_VMSpec, at path: FieldPath) throws(FleetError) {
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
        ? nil : try path.memory(message.startMemoryBytes, "start_memory_bytes"))
  }

  /// The spec as the wire carries it.
  public var message: Roost_V1_VMSpec {
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
    return result
  }
}

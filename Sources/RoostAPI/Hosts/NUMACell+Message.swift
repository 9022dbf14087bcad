public import Fleet
public import RoostProto

extension NUMACell: MessageDecodable {
  public init(_ message: Roost_V1_NUMACell, at path: FieldPath) throws(FleetError) {
    self.init(
      id: Int(clamping: message.id), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      cpus: message.cpus.map { Int(clamping: $0) })
  }

  /// The cell as the wire carries it.
  public var message: Roost_V1_NUMACell {
    var result = Roost_V1_NUMACell()
    result.id = UInt32(clamping: id)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.cpus = cpus.map { UInt32(clamping: $0) }
    return result
  }
}

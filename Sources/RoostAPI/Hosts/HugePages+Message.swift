public import Fleet
public import RoostProto

extension HugePages: MessageDecodable {
  public init(_ message: Roost_V1_HugePages, at path: FieldPath) throws(FleetError) {
    self.init(
      pageSize: try path.memory(message.pageBytes, "page_bytes"),
      total: Int(clamping: message.total), free: Int(clamping: message.free),
      isDefault: message.isDefault)
  }

  /// The pages as the wire carries them.
  public var message: Roost_V1_HugePages {
    var result = Roost_V1_HugePages()
    result.pageBytes = UInt64(clamping: pageSize.bytes)
    result.total = UInt64(clamping: total)
    result.free = UInt64(clamping: free)
    result.isDefault = isDefault
    return result
  }
}

public import Fleet
public import RoostProto

extension UsageRates: MessageDecodable {
  public init(_ message: Roost_V1_UsageRates, at path: FieldPath) throws(FleetError) {
    self.init(
      cpus: message.hasCpus ? try path.amount(message.cpus, "cpus") : nil,
      readBytesPerSecond: message.hasReadBytesPerSecond
        ? try path.amount(message.readBytesPerSecond, "read_bytes_per_second") : nil,
      writtenBytesPerSecond: message.hasWrittenBytesPerSecond
        ? try path.amount(message.writtenBytesPerSecond, "written_bytes_per_second") : nil,
      receivedBytesPerSecond: message.hasReceivedBytesPerSecond
        ? try path.amount(message.receivedBytesPerSecond, "received_bytes_per_second") : nil,
      sentBytesPerSecond: message.hasSentBytesPerSecond
        ? try path.amount(message.sentBytesPerSecond, "sent_bytes_per_second") : nil)
  }

  /// The rates as the wire carries them.
  public var message: Roost_V1_UsageRates {
    var result = Roost_V1_UsageRates()
    if let cpus { result.cpus = cpus }
    if let readBytesPerSecond { result.readBytesPerSecond = readBytesPerSecond }
    if let writtenBytesPerSecond { result.writtenBytesPerSecond = writtenBytesPerSecond }
    if let receivedBytesPerSecond { result.receivedBytesPerSecond = receivedBytesPerSecond }
    if let sentBytesPerSecond { result.sentBytesPerSecond = sentBytesPerSecond }
    return result
  }
}

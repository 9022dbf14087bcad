package import Fleet
package import RoostProto

extension LibvirtState: MessageDecodable {
  /// The most stuck calls that are kept: more than an agent makes at a time.
  private static let stuckLimit = 64

  package init(_ message: Roost_V1_LibvirtState, at path: FieldPath) throws(FleetError) {
    self.init(
      isConnected: message.connected, since: try path.moment(message.since, "since"), detail: message.detail,
      stuck: try path.list(Array(message.stuck.prefix(Self.stuckLimit)), "stuck"))
  }

  /// The state as the wire carries it.
  package var message: Roost_V1_LibvirtState {
    var result = Roost_V1_LibvirtState()
    result.connected = isConnected
    result.since = since.milliseconds
    result.detail = detail.held()
    result.stuck = stuck.prefix(Self.stuckLimit).map(\.message)
    return result
  }
}

extension LibvirtState.StuckCall: MessageDecodable {
  package init(_ message: Roost_V1_StuckCall, at path: FieldPath) throws(FleetError) {
    self.init(
      call: message.call, vm: try path.optionalID(message.vmID, "vm_id"),
      since: try path.moment(message.since, "since"))
  }

  /// The call as the wire carries it.
  package var message: Roost_V1_StuckCall {
    var result = Roost_V1_StuckCall()
    result.call = call.held(to: FieldLimit.name)
    result.vmID = vm?.description ?? ""
    result.since = since.milliseconds
    return result
  }
}

extension DomainStatistics: MessageDecodable {
  package init(_ message: Roost_V1_DomainStatistics, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.uuid, "uuid"), cpuTimeNanoseconds: message.cpuTimeNs,
      memoryUsed: try path.memory(message.memoryUsedBytes, "memory_used_bytes"),
      blockReadBytes: message.blockReadBytes, blockWriteBytes: message.blockWriteBytes,
      netReceivedBytes: message.netRxBytes, netSentBytes: message.netTxBytes)
  }

  /// The figures as the wire carries them.
  package var message: Roost_V1_DomainStatistics {
    var result = Roost_V1_DomainStatistics()
    result.uuid = id.description
    result.cpuTimeNs = cpuTimeNanoseconds.held
    result.memoryUsedBytes = UInt64(clamping: memoryUsed.bytes).held
    result.blockReadBytes = blockReadBytes.held
    result.blockWriteBytes = blockWriteBytes.held
    result.netRxBytes = netReceivedBytes.held
    result.netTxBytes = netSentBytes.held
    return result
  }
}

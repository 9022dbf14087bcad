package import Fleet
package import RoostProto

extension HighWaterMarks: MessageDecodable {
  package init(_ message: Roost_V1_Hello, at path: FieldPath) throws(FleetError) {
    self.init(
      epoch: try path.integer(message.highestEpoch, "highest_epoch"), incarnation: message.incarnation,
      macCursor: message.macCursor, poolCursors: try PoolCursors(message.poolCursors, at: path.field("pool_cursors")),
      lastEvent: try path.integer(message.lastEvent, "last_event"))
  }

  /// Writes the marks into an agent's first message.
  package func write(to hello: inout Roost_V1_Hello) {
    hello.highestEpoch = UInt64(clamping: epoch)
    hello.incarnation = incarnation
    hello.macCursor = macCursor
    hello.poolCursors = poolCursors.message
    hello.lastEvent = UInt64(clamping: lastEvent)
  }
}

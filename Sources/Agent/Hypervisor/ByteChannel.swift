/// Bytes both ways: a guest's serial console or its display.
public protocol ByteChannel: Sendable {
  /// Waits for bytes; nil when the far end has closed.
  func receive() async throws -> [UInt8]?
  /// Sends all bytes, waiting for room.
  func send(_ bytes: [UInt8]) async throws
  /// Ends both ways; whoever waits in ``receive()`` gets nil or an error. Does not wait.
  func close()
}

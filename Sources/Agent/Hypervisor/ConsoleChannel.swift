internal import Fleet
internal import Libvirt

/// A libvirt console as a channel; each direction blocks a thread of its own.
final class ConsoleChannel: ByteChannel {
  private let stream: ConsoleStream
  private let reading: CallPool
  private let writing: CallPool

  init(_ stream: ConsoleStream, environment: AgentEnvironment) throws {
    self.stream = stream
    reading = try CallPool(name: "console-read", threads: 1, clock: environment.clock)
    // The second thread ends the console while the first waits for room.
    writing = try CallPool(name: "console-write", threads: 2, clock: environment.clock)
  }

  func receive() async throws -> [UInt8]? {
    let stream = stream
    return try await withTaskCancellationHandler {
      try await reading.run("console receive") { try stream.receive() }
    } onCancel: {
      close()
    }
  }

  func send(_ bytes: [UInt8]) async throws {
    let stream = stream
    try await withTaskCancellationHandler {
      try await writing.run("console send") { try stream.send(bytes) }
    } onCancel: {
      close()
    }
  }

  func close() {
    // Aborting calls the daemon, and `close()` must not wait for that.
    let (stream, writing) = (stream, writing)
    Task { try? await writing.run("console close", within: .seconds(5)) { try stream.abort() } }
  }
}

/// Bytes both ways: a guest's serial console or its display.
package protocol ByteChannel: Sendable {
  /// Waits for bytes; nil when the far end has closed.
  func receive() async throws -> [UInt8]?
  /// Sends all bytes, waiting for room.
  func send(_ bytes: [UInt8]) async throws
  /// Closes both directions; a waiting ``receive()`` returns nil or throws. Does not wait.
  func close()
}

internal import Fleet
internal import Foundation
internal import Synchronization

/// One TCP connection of a local viewer.
final class SocketStream: Sendable {
  /// The bytes from the viewer.
  let source: ByteSource
  private let descriptor: Int32
  private let writing = DispatchQueue(label: "roost.viewer")
  private let isShut = Atomic(false)

  /// Takes ownership of the descriptor; it is closed when its reader has ended and no write is in progress.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    let writing = writing
    source = ByteSource(descriptor) {
      shutdown(descriptor, Int32(SHUT_RDWR))
      writing.async { close(descriptor) }
    }
  }

  /// Sends bytes to the viewer; suspends until they are sent.
  func write(_ bytes: [UInt8]) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        writing.async { continuation.resume(with: Result { try self.writeAll(bytes) }) }
      }
    } onCancel: {
      shut()
    }
  }

  private func writeAll(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard !isShut.load(ordering: .relaxed) else { throw CancellationError() }
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw FleetError(.unreachable, "the viewer closed the connection")
      }
    }
  }

  /// Closes both directions of the connection.
  func shut() {
    if !isShut.exchange(true, ordering: .relaxed) {
      shutdown(descriptor, Int32(SHUT_RDWR))
      source.stop()
    }
  }
}

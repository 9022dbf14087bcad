internal import Dispatch
internal import Fleet
internal import Foundation

/// A connected stream socket as a channel; each direction blocks a queue of its own.
final class SocketChannel: ByteChannel {
  private let descriptor: Int32
  private let reading = DispatchQueue(label: "roost.socket.read")
  private let writing = DispatchQueue(label: "roost.socket.write")

  /// Takes ownership of the descriptor of a connected socket.
  init(owning descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { Foundation.close(descriptor) }

  /// Connects to an IP address.
  /// - Throws: ``FleetError`` with code `unreachable` if nothing listens there.
  static func connect(to address: String, port: Int) async throws -> SocketChannel {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try SocketChannel(owning: open(address, port)) })
      }
    }
  }

  func receive() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        reading.async { [self] in continuation.resume(with: Result { try readSome() }) }
      }
    } onCancel: {
      close()
    }
  }

  func send(_ bytes: [UInt8]) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        writing.async { [self] in continuation.resume(with: Result { try writeAll(bytes) }) }
      }
    } onCancel: {
      close()
    }
  }

  func close() {
    // The descriptor stays valid until deinit; this wakes the blocked readers and writers.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func readSome() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 32 * 1024)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      // BOUNDED: what was read into the buffer.
      if count > 0 { return Array(buffer[0..<count]) }
      if count == 0 || errno == ECONNRESET { return nil }
      guard errno == EINTR else { throw Self.failure("reading from the display fails") }
    }
  }

  private func writeAll(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("writing to the display fails") }
      rest = rest.dropFirst(count)
    }
  }

  private static func open(_ address: String, _ port: Int) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address, "\(port)", &hints, &found) == 0, let first = found else {
      throw FleetError(.invalid, "\"\(address.printable)\" is not an IP address")
    }
    defer { freeaddrinfo(found) }
    let kind = first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(first.pointee.ai_family, kind, 0)
    guard descriptor >= 0 else { throw failure("no socket can be made") }
    guard Foundation.connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      let error = failure("the display at \(address):\(port) does not answer")
      Foundation.close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func failure(_ what: String) -> FleetError {
    FleetError(.unreachable, "\(what): \(String(cString: strerror(errno)))", retryable: true)
  }
}

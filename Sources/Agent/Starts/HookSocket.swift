internal import Fleet
internal import Foundation

/// One end of the socket between hook and agent: every call ends by its deadline.
final class HookSocket: Sendable {
  /// Milliseconds from any moment in the past.
  typealias Stopwatch = @Sendable () -> Int64

  let descriptor: Int32
  private let stopwatch: Stopwatch

  /// Takes ownership of a descriptor that does not block.
  init(owning descriptor: Int32, _ stopwatch: @escaping Stopwatch) {
    self.descriptor = descriptor
    self.stopwatch = stopwatch
  }

  deinit { close(descriptor) }

  /// Connects to the socket at a path.
  static func connect(to path: String, by deadline: Int64, _ stopwatch: @escaping Stopwatch) throws -> HookSocket {
    while true {
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
      guard descriptor >= 0 else { throw HostFile.failure("cannot be made", "a socket", errno) }
      let end = HookSocket(owning: descriptor, stopwatch)
      let status = try UnixAddress(path).with { Foundation.connect(descriptor, $0, $1) }
      if status == 0 { return end }
      // The queue is full for the moment; it will have room soon.
      guard errno == EAGAIN, stopwatch() < deadline else { throw HostFile.failure("cannot be reached", path, errno) }
      _ = poll(nil, 0, 5)
    }
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8], by deadline: Int64) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        guard errno == EAGAIN || errno == EINTR else {
          throw HostFile.failure("cannot be written", "the socket", errno)
        }
        try wait(for: Int16(POLLOUT), by: deadline)
      }
    }
  }

  /// Reads a frame and gives its value.
  func readFrame<Value: Decodable>(_ type: Value.Type, by deadline: Int64) throws -> Value {
    let length = try HookFrame.length(try read(exactly: 4, by: deadline))
    return try HookFrame.value(type, try read(exactly: length, by: deadline))
  }

  private func read(exactly wanted: Int, by deadline: Int64) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(max(wanted, 1), 64 * 1024))
    while bytes.count < wanted {
      let count = recv(descriptor, &buffer, min(buffer.count, wanted - bytes.count), 0)
      if count > 0 {
        // BOUNDED: what was read into the buffer.
        bytes += buffer[0..<count]
      } else if count == 0 {
        throw FleetError(.unreachable, "the other side hung up")
      } else {
        guard errno == EAGAIN || errno == EINTR else { throw HostFile.failure("cannot be read", "the socket", errno) }
        try wait(for: Int16(POLLIN), by: deadline)
      }
    }
    return bytes
  }

  private func wait(for event: Int16, by deadline: Int64) throws {
    try Self.wait(for: event, on: descriptor, by: deadline, stopwatch)
  }

  /// Waits until a descriptor is ready.
  /// - Throws: ``FleetError`` with code `timedOut` at the deadline.
  static func wait(for event: Int16, on descriptor: Int32, by deadline: Int64, _ stopwatch: Stopwatch) throws {
    while true {
      // BOUNDED: milliseconds since the machine began.
      let left = deadline - stopwatch()
      guard left > 0 else { throw FleetError(.timedOut, "there is no answer in time") }
      var entry = pollfd(fd: descriptor, events: event, revents: 0)
      let ready = poll(&entry, 1, Int32(clamping: left))
      if ready > 0 { return }
      if ready < 0 && errno != EINTR { throw HostFile.failure("cannot be waited for", "the socket", errno) }
    }
  }
}

/// The address of a Unix socket in the file system.
struct UnixAddress {
  private var address = sockaddr_un()

  /// - Throws: ``FleetError`` with code `invalid` for a path longer than the system allows.
  init(_ path: String) throws(FleetError) {
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw FleetError(.invalid, "the path of the socket is too long: \(path.printable)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Passes the address to a system call.
  func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

internal import Dispatch
internal import Fleet
internal import Foundation
internal import Platform

/// Reads files of the host within limits.
enum HostFile {
  /// Reads a file of at most `limit` bytes.
  /// - Returns: nil if there is none.
  /// - Throws: ``FleetError`` with code `internal` if it can't be read, `invalid` if it is larger.
  static func read(_ path: String, limit: Int = 1 << 20) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("cannot be read", path, errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("cannot be read", path, errno) }
      if count == 0 { return bytes }
      // BOUNDED: both are below a limit.
      guard bytes.count + count <= limit else {
        throw FleetError(.invalid, "\(path) is larger than \(limit) bytes")
      }
      // BOUNDED: what was read into the buffer.
      bytes += buffer[0..<count]
    }
  }

  /// Reads a file as text; nil if there is none or it can't be read.
  static func text(_ path: String, limit: Int = 1 << 20) -> String? {
    guard let bytes = try? read(path, limit: limit) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws {
    if isDirectory(path) { return }
    let above = parent(of: path)
    if above != path { try makeDirectory(above, mode: 0o755) }
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("cannot be made", path, errno) }
  }

  /// The names in a directory, sorted; empty if there is none.
  static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// True if there is something at the path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// True if there is a directory at the path.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The path without its last part.
  static func parent(of path: String) -> String {
    // BOUNDED: a path of this host.
    let parts = path.split(separator: "/").dropLast()
    return (path.hasPrefix("/") ? "/" : parts.isEmpty ? "." : "") + parts.joined(separator: "/")
  }

  /// The size and the free space of the file system that holds a path; nil if there is no such path.
  static func space(at path: String) -> (size: ByteCount, free: ByteCount)? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    func bytes(_ blocks: UInt) -> ByteCount {
      let (product, overflow) = blocks.multipliedReportingOverflow(by: status.f_frsize)
      return ByteCount(bytes: overflow ? .max : Int64(clamping: product))
    }
    return (bytes(UInt(clamping: status.f_blocks)), bytes(UInt(clamping: status.f_bavail)))
  }

  /// An error with the system's message about a file.
  static func failure(_ what: String, _ path: String, _ number: Int32) -> FleetError {
    FleetError(number == EACCES ? .denied : .internal, "\(path) \(what): \(String(cString: strerror(number)))")
  }
}

extension HostFile {
  /// A path without links; nil if nothing stands there.
  static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// Removes a file; one that is gone already is no error.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path, errno) }
    try AtomicFile.syncDirectory(of: path)
  }

  /// Runs a call that may block for ever, such as on a share whose server is gone, outside of the shared threads.
  static func apart<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
  }
}

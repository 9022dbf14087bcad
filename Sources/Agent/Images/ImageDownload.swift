internal import Fleet
internal import Foundation
internal import PKI
internal import Platform
internal import Synchronization

/// Writes an image that arrives in pieces, and hashes it meanwhile; every call may block.
final class ImageDownload: Sendable {
  private struct State {
    let hasher: SHA256
    /// The offset of the next piece.
    var offset: Int64 = 0
  }

  private let path: String
  private let expected: Int64
  private let descriptor: Int32
  private let state: Mutex<State>

  /// The offset of the next piece.
  var offset: Int64 { state.withLock { $0.offset } }

  /// Opens a draft, and continues one that was interrupted.
  init(_ path: String, expected: Int64) throws {
    self.path = path
    self.expected = expected
    state = Mutex(State(hasher: try SHA256()))
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HostFile.failure("cannot be written", path, errno) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw HostFile.failure("cannot be read", path, errno) }
      if count == 0 { break }
      // BOUNDED: what was read into the buffer.
      try state.withLock { state in
        try state.hasher.update(buffer[0..<count])
        state.offset += Int64(count)
      }
    }
  }

  deinit { close(descriptor) }

  /// Adds the next piece.
  /// - Throws: ``FleetError`` with code `invalid` for a piece out of order or beyond the end.
  func append(_ bytes: [UInt8], at place: Int64) throws {
    try state.withLock { state in
      // BOUNDED: the offset never passes what is expected.
      guard place == state.offset, Int64(bytes.count) <= expected - state.offset else {
        throw FleetError(.invalid, "the image's bytes arrive out of order or beyond its size of \(expected) bytes")
      }
      try AtomicFile.write(bytes, to: descriptor, of: path)
      try state.hasher.update(bytes)
      // BOUNDED: the guard above has compared it with what is expected.
      state.offset += Int64(bytes.count)
    }
  }

  /// Checks size and hash and syncs the file.
  func finish(sha256: String) throws {
    try state.withLock { state in
      guard state.offset == expected else {
        throw FleetError(
          .invalid, "the image has \(state.offset) bytes instead of \(expected)", retryable: state.offset < expected)
      }
      let found = try state.hasher.digest().hex
      guard found == sha256.lowercased() else {
        throw FleetError(.invalid, "the image has the SHA-256 \(found) instead of \(sha256.printable)")
      }
    }
    guard fsync(descriptor) == 0 else { throw HostFile.failure("cannot be synced", path, errno) }
  }
}

/// Passes progress once for each hundredth, so that a large image does not flood the link.
final class ProgressThrottle: Sendable {
  private let last = Mutex(-1)

  /// True if `fraction` is in another hundredth than the one let through before.
  func passes(_ fraction: Double) -> Bool {
    // BOUNDED: from 0 to 100; the larger of 0 and not a number is 0.
    let percent = Int(max(0, min(1, fraction)) * 100)
    return last.withLock { last in
      defer { last = percent }
      return last != percent
    }
  }
}

internal import Fleet
internal import Foundation

/// Keeps a second agent off the same state directory for as long as it lives.
public final class StateLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  /// - Throws: ``FleetError`` with code `conflict` if another agent holds it.
  public init(_ directory: StateDirectory) throws {
    let path = directory.file("lock")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HostFile.failure("cannot be opened", path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw FleetError(.conflict, "another agent runs with the state directory \(directory.path)")
    }
  }

  deinit { close(descriptor) }
}

internal import Fleet
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Writes a database file atomically.
enum DatabaseFile {
  /// Lets `body` write a draft beside `path`, and links it to that name once it is on disk.
  /// - Throws: ``FleetError`` with code `conflict` if `path` is taken, even if it becomes so meanwhile.
  static func write(to path: String, _ body: (_ draft: String) throws(FleetError) -> Void) throws(FleetError) {
    guard access(path, F_OK) != 0 else { throw taken(path) }
    let draft = "\(path).draft"
    // Removes a draft that a crash left behind.
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft + suffix) }
    let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failed(path, errno) }
    defer {
      close(descriptor)
      unlink(draft)
    }
    try body(draft)
    guard fsync(descriptor) == 0 else { throw failed(path, errno) }
    // Unlike a renaming, a new link never replaces a file.
    guard link(draft, path) == 0 else { throw errno == EEXIST ? taken(path) : failed(path, errno) }
    try synchronizeDirectory(of: path)
  }

  private static func synchronizeDirectory(of path: String) throws(FleetError) {
    let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw failed(path, errno) }
  }

  private static func taken(_ path: String) -> FleetError {
    FleetError(.conflict, "there is a file at \"\(path.printable)\" already")
  }

  private static func failed(_ path: String, _ code: Int32) -> FleetError {
    FleetError(
      .internal, "\"\(path.printable)\" can't be written: \(String(cString: strerror(code)))",
      hint: "check the directory, its owner and its disk")
  }
}

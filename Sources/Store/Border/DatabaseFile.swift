internal import Fleet
internal import Foundation
internal import Platform

/// Writes a database file atomically.
enum DatabaseFile {
  /// Lets `body` write a draft beside `path`, and links it to that name once it is on disk.
  /// - Throws: ``FleetError`` with code `conflict` if `path` is taken, even if it becomes so meanwhile.
  static func write(to path: String, _ body: (_ draft: String) throws(FleetError) -> Void) throws(FleetError) {
    guard access(path, F_OK) != 0 else {
      throw FleetError(.conflict, "there is a file at \"\(path.printable)\" already")
    }
    let file = try AtomicFile(path, mode: 0o600)
    // Removes what a crash left beside an earlier draft.
    for suffix in ["-journal", "-wal", "-shm"] { unlink(file.draft + suffix) }
    try body(file.draft)
    try file.finish(replaces: false)
  }
}

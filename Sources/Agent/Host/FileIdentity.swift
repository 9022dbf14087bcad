internal import Foundation

/// A key that identifies a file or a block device of the host, whatever its path.
enum FileIdentity {
  /// The device and inode of a file, or the number of a block device, links followed; nil for anything else. Blocks.
  static func of(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return of(status)
  }

  /// The key for a `stat` result.
  static func of(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: "file:\(status.st_dev):\(status.st_ino)"
    case S_IFBLK: "block:\(status.st_rdev)"
    default: nil
    }
  }
}

internal import Foundation

/// What tells a file or a block device from every other of the host, whatever path leads there.
enum FileIdentity {
  /// Device and inode of a file, the number of a block device, links followed; nil for what is neither. Blocks.
  static func of(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return of(status)
  }

  /// The same of what was looked at already.
  static func of(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: "file:\(status.st_dev):\(status.st_ino)"
    case S_IFBLK: "block:\(status.st_rdev)"
    default: nil
    }
  }
}

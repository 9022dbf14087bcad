internal import Foundation

extension HostFile {
  /// Removes a file; one that is gone already is no error.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path, errno) }
    syncDirectory(of: path)
  }
}

import Foundation

/// A real file system in memory that is soon full, mounted at a temporary directory; it goes with its object.
package final class SmallDisk: Sendable {
  package let directory: TemporaryDirectory

  /// Why a test that needs one is left out.
  package static let need = "mounting a small file system needs root"
  /// True if this process may mount one.
  package static let isPossible = (try? SmallDisk(mebibytes: 1)) != nil

  package init(mebibytes: Int) throws {
    directory = try TemporaryDirectory()
    guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(mebibytes)m,mode=0700") == 0 else {
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  deinit { umount2(directory.path, Int32(MNT_DETACH)) }

  /// Takes all room that is left.
  package func fill() throws {
    let file = open("\(directory.path)/filling", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(file) }
    for size in [1 << 16, 1 << 12, 1] {
      let bytes = [UInt8](repeating: 7, count: size)
      while write(file, bytes, size) == size {}
    }
    guard errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Gives back what ``fill()`` took.
  package func clear() { unlink("\(directory.path)/filling") }
}

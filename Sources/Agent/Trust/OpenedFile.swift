internal import Fleet
internal import Foundation

/// A file that was opened part by part along its path and is held open, so that renaming it has no effect.
final class OpenedFile: Sendable {
  /// Identifies a file, whatever its names.
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// The device number of a device file; 0 for other files.
    var number: UInt64

    init(_ status: stat) {
      let format = status.st_mode & S_IFMT
      let isDevice = format == S_IFBLK || format == S_IFCHR
      // Two device files with the same number are one device.
      device = isDevice ? 0 : UInt64(status.st_dev)
      inode = isDevice ? 0 : UInt64(status.st_ino)
      number = isDevice ? UInt64(status.st_rdev) : 0
    }

    /// The file at a path, links followed; nil if there is none.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.init(status)
    }
  }

  /// An `O_PATH` descriptor, which gives no access to the content.
  let descriptor: Int32
  let identity: Identity
  /// The file type in its mode, such as `S_IFREG`.
  let format: mode_t

  /// Takes ownership of a descriptor.
  init(owning descriptor: Int32, path: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let number = errno
      close(descriptor)
      throw HostFile.failure("cannot be looked at", path, number)
    }
    self.descriptor = descriptor
    identity = Identity(status)
    format = status.st_mode & S_IFMT
  }

  deinit { close(descriptor) }

  /// A path by which another process of the same user reaches this file while it is held.
  var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  var isDirectory: Bool { format == S_IFDIR }
}

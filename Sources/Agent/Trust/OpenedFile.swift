internal import Fleet
internal import Foundation

/// Something of the host that was reached part by part and is held open: whatever happens to its name, it stays this
/// file.
final class OpenedFile: Sendable {
  /// What tells one file from all others, whatever its names.
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// The number of a device file's device; zero for other files.
    var number: UInt64

    init(_ status: stat) {
      let format = status.st_mode & S_IFMT
      let isDevice = format == S_IFBLK || format == S_IFCHR
      // Two device files with one number are one device.
      device = isDevice ? 0 : UInt64(status.st_dev)
      inode = isDevice ? 0 : UInt64(status.st_ino)
      number = isDevice ? UInt64(status.st_rdev) : 0
    }

    /// What stands at a path, through links; nil if nothing does.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.init(status)
    }
  }

  /// Names the file and gives no right to its bytes.
  let descriptor: Int32
  let identity: Identity
  /// The part of its mode that says what it is, such as `S_IFREG`.
  let format: mode_t

  /// Takes over a descriptor.
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

  /// A path by which another process of the same user reaches this very directory or file while it is held.
  var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  var isDirectory: Bool { format == S_IFDIR }
}

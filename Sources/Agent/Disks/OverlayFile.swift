internal import Fleet
internal import Foundation

/// Finds qcow2 overlays, such as those that a disk-only snapshot makes: they hold what was written since, and the
/// backing file must not be written any more.
enum OverlayFile {
  private static let magic: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
  private static let longestName = 1023

  /// A file of the same directory whose backing file is the one at a path, if there is one.
  static func above(_ path: String) -> String? {
    guard let below = identity(of: path) else { return nil }
    let directory = HostFile.parent(of: path)
    for name in HostFile.names(in: directory) {
      let candidate = "\(directory)/\(name)"
      guard let backing = backing(of: candidate) else { continue }
      let whole = backing.hasPrefix("/") ? backing : "\(directory)/\(backing)"
      if identity(of: whole) == below, identity(of: candidate) != below { return candidate }
    }
    return nil
  }

  /// The backing file that a qcow2 file names; nil for none, and for any other file. See
  /// https://www.qemu.org/docs/master/interop/qcow2.html, "Header".
  static func backing(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let header = read(20, at: 0, from: descriptor), Array(header.prefix(4)) == magic else { return nil }
    let offset = header[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let size = header[16..<20].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard offset > 0, size > 0, size <= longestName, let place = off_t(exactly: offset),
      let length = Int(exactly: size), let name = read(length, at: place, from: descriptor)
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  private static func read(_ count: Int, at offset: off_t, from descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(descriptor, &bytes, count, offset) == count ? bytes : nil
  }

  /// The file at a path, links followed.
  private static func identity(of path: String) -> DiskRecords.Record? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return DiskRecords.Record(path: "", device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}

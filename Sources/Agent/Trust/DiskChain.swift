internal import Fleet
internal import Foundation

/// The chain of backing files that a qcow2 file's own header names.
///
/// QEMU opens these too, whatever the domain document says; and a guest can write anything into its raw disks, headers
/// included.
struct DiskChain {
  /// The files that a header names, as it names them.
  struct Header: Hashable {
    var backing: String?
    /// The format in which QEMU opens the backing file; nil if the header leaves it to probing.
    var backingFormat: String?
    var data: String?
  }

  /// The most backing files that are followed.
  static let depth = 32
  private static let limit = 1 << 20

  /// The files behind a disk, nearest first: each as its header names it and resolved without links, as far as the
  /// agent can read; blocks.
  /// - Parameter isRaw: true for a disk whose own bytes are the guest's and not a header.
  static func files(behind disk: String, isRaw: Bool) -> [String] {
    var found: [String] = []
    func note(_ path: String) {
      let plain = FilePath.normalised(path)
      for name in [plain, resolved(plain)].compactMap(\.self) where name != disk && !found.contains(name) {
        found.append(name)
      }
    }
    var path = disk
    note(disk)
    for _ in 0..<depth where !isRaw {
      // Only files and block devices are opened: opening anything else may have an effect.
      guard FileIdentity.of(path) != nil else { break }
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0,
        let header = try? header(of: OpenedFile(owning: descriptor, path: path), named: path)
      else { break }
      let data = header.data.flatMap { try? DocumentReview.next($0, beneath: path) }
      let backing = header.backing.flatMap { try? DocumentReview.next($0, beneath: path) }
      [data, backing].compactMap(\.self).forEach(note)
      // A raw file has no header, whatever its guest wrote there.
      guard let backing, header.backingFormat != "raw" else { break }
      path = backing
    }
    return found
  }

  /// Reads the header of an open file; nil if it is not a qcow2 file.
  /// - Throws: ``FleetError``: `denied` if the agent may not read it, `invalid` for a malformed header.
  static func header(of file: OpenedFile, named path: String) throws -> Header? {
    let descriptor = open("/proc/self/fd/\(file.descriptor)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FleetError(
        .denied,
        "the agent can't read \(path.printable), and so can't see what lies beneath it: "
          + String(cString: strerror(errno)),
        hint: "on the host: setfacl -m u:roost-agent:r \(path.shellQuoted)")
    }
    defer { close(descriptor) }
    guard let fixed = read(descriptor, at: 0, count: 104), fixed.count >= 72, number(fixed, at: 0, bytes: 4) == magic
    else { return nil }
    func damaged() -> FleetError { FleetError(.invalid, "\(path.printable) has a qcow2 header that makes no sense") }
    guard let version = number(fixed, at: 4, bytes: 4), let offset = number(fixed, at: 8, bytes: 8),
      let length = number(fixed, at: 16, bytes: 4)
    else { throw damaged() }
    var header = Header()
    if offset > 0 {
      guard length > 0, length <= 1023, let text = read(descriptor, at: offset, count: length), text.count == length
      else { throw damaged() }
      header.backing = String(decoding: text, as: UTF8.self)
    }
    guard let start = version >= 3 ? number(fixed, at: 100, bytes: 4) : 72 else { throw damaged() }
    if header.backing != nil { header.backingFormat = text(of: backingFormatExtension, descriptor, from: start) }
    if version >= 3, let features = number(fixed, at: 72, bytes: 8), features & 4 != 0 {
      guard let data = text(of: dataFileExtension, descriptor, from: start) else { throw damaged() }
      header.data = data
    }
    return header
  }

  /// A path without links; nil if it does not exist.
  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static let magic: Int64 = 0x5146_49fb
  private static let dataFileExtension: Int64 = 0x4441_5441
  private static let backingFormatExtension: Int64 = 0xe279_2aca

  /// The content of one of the header's extensions; nil if there is none of that kind.
  private static func text(of extensionKind: Int64, _ descriptor: Int32, from start: Int64) -> String? {
    var offset = start
    while offset >= 0, offset < Int64(limit) {
      guard let head = read(descriptor, at: offset, count: 8), head.count == 8,
        let kind = number(head, at: 0, bytes: 4), let length = number(head, at: 4, bytes: 4), kind != 0, length <= 4096
      else { return nil }
      if kind == extensionKind {
        return read(descriptor, at: offset + 8, count: length).map { String(decoding: $0, as: UTF8.self) }
      }
      offset += 8 + (length + 7) / 8 * 8
    }
    return nil
  }

  private static func read(_ descriptor: Int32, at offset: Int64, count: Int64) -> [UInt8]? {
    guard offset >= 0, count >= 0, count <= 4096 else { return nil }
    var buffer = [UInt8](repeating: 0, count: Int(count))
    let got = pread(descriptor, &buffer, buffer.count, off_t(offset))
    return got < 0 ? nil : Array(buffer.prefix(got))
  }

  /// A big-endian number; nil if it is missing or too large.
  private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> Int64? {
    guard offset + count <= bytes.count else { return nil }
    let value = bytes[offset..<(offset + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(exactly: value)
  }
}

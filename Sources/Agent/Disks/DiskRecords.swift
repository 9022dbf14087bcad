internal import Fleet
internal import Foundation

/// Which files Roost made for which VM: only these may be deleted with it.
///
/// A file is known by path and inode, so that one which somebody put in its place is not taken for ours.
struct DiskRecords: Sendable {
  /// One file that Roost made.
  struct Record: Codable, Hashable, Sendable {
    var path: String
    var device: UInt64
    var inode: UInt64

    /// What the file is, whatever it is called.
    var identity: Inode { Inode(device: device, inode: inode) }
  }

  let directory: StateDirectory

  /// The files made for a VM.
  func records(of vm: VMID) throws -> [Record] { try directory.read(Self.file(vm)) ?? [] }

  /// Notes a file before it gets its final name.
  func add(_ record: Record, to vm: VMID) throws {
    var records = try records(of: vm).filter { $0.path != record.path }
    records.append(record)
    try directory.write(records, to: Self.file(vm))
  }

  /// Forgets a file.
  func remove(_ path: String, of vm: VMID) throws {
    try directory.write(try records(of: vm).filter { $0.path != path }, to: Self.file(vm))
  }

  /// True if the file at the path is the very one that Roost made for the VM.
  func isOurs(_ path: String, of vm: VMID) throws -> Bool {
    guard let found = Self.record(of: path) else { return false }
    return try records(of: vm).contains(found)
  }

  /// What a file is known by; nil if there is none.
  static func record(of path: String) -> Record? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Record(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// What the file behind a path is known by, through links; nil if there is none.
  static func identity(of path: String) -> Inode? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Inode(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  static func file(_ vm: VMID) -> String { "vms/\(vm).json" }
}

/// Which file it is, by whatever path.
struct Inode: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

internal import Fleet
internal import Foundation

/// Which files Roost made for which VM; only these may be deleted with it.
///
/// It identifies a file by path and inode, so a file that somebody else put at the path does not count as Roost's.
struct DiskRecords: Sendable {
  /// One file that Roost made.
  struct Record: Codable, Hashable, Sendable {
    var path: String
    var device: UInt64
    var inode: UInt64

    /// The file's identity, whatever its name.
    var identity: Inode { Inode(device: device, inode: inode) }
  }

  let directory: StateDirectory

  /// The files made for a VM.
  func records(of vm: VMID) throws -> [Record] { try directory.read(Self.file(vm)) ?? [] }

  /// Records a file before it gets its final name.
  func add(_ record: Record, to vm: VMID) throws {
    var records = try records(of: vm).filter { $0.path != record.path }
    records.append(record)
    try directory.write(records, to: Self.file(vm))
  }

  /// Forgets a file.
  func remove(_ path: String, of vm: VMID) throws {
    try directory.write(try records(of: vm).filter { $0.path != path }, to: Self.file(vm))
  }

  /// True if the file at the path is the one that Roost made for the VM.
  func isOurs(_ path: String, of vm: VMID) throws -> Bool {
    guard let found = Self.record(of: path) else { return false }
    return try records(of: vm).contains(found)
  }

  /// The record of the file at a path; nil if there is none.
  static func record(of path: String) -> Record? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Record(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// The identity of the file at a path, links followed; nil if there is none.
  static func identity(of path: String) -> Inode? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Inode(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  static func file(_ vm: VMID) -> String { "vms/\(vm).json" }
}

/// Identifies a file, whatever its path.
struct Inode: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

extension DiskRecords {
  /// A deletion that has removed the definition but not yet the files.
  private struct Removal: Codable {
    var tombstone: String
  }

  /// The firmware's variables that libvirt makes for a VM.
  private struct Variables: Codable {
    var path: String
  }

  /// Records that Roost made the VM, whatever files it gets.
  func noteMade(_ vm: VMID) throws {
    if try !isMade(vm) { try directory.write([Record](), to: Self.file(vm)) }
  }

  /// True if Roost made the VM, rather than adopted it.
  func isMade(_ vm: VMID) throws -> Bool { HostFile.exists(directory.file(Self.file(vm))) }

  /// Records the file that libvirt will make for the firmware's variables of a VM.
  func noteVariables(_ path: String, of vm: VMID) throws {
    try directory.write(Variables(path: path), to: "vms/\(vm).variables.json")
  }

  /// The file that libvirt made for the firmware's variables of a VM, if Roost defined it.
  func variables(of vm: VMID) throws -> String? {
    try directory.read("vms/\(vm).variables.json", as: Variables.self)?.path
  }

  /// Records that a tombstone's deletion removes the VM's definition.
  func noteRemoval(of vm: VMID, by tombstone: TombstoneID) throws {
    try directory.write(Removal(tombstone: tombstone.description), to: "vms/\(vm).removal.json")
  }

  /// True if the deletion of that tombstone removed the VM's definition.
  func isRemoval(of vm: VMID, by tombstone: TombstoneID) throws -> Bool {
    try directory.read("vms/\(vm).removal.json", as: Removal.self)?.tombstone == tombstone.description
  }

  /// Records that libvirt has refused to define a VM whose files are made, so no host has it yet.
  func noteUndefined(_ vm: VMID) throws { try directory.write([Record](), to: "vms/\(vm).undefined.json") }

  /// Records that libvirt may have defined a VM from now on.
  func noteDefinition(of vm: VMID) throws { try HostFile.remove(directory.file("vms/\(vm).undefined.json")) }

  /// True if the VM was never defined: libvirt refused, and was not asked again.
  func isUndefined(_ vm: VMID) -> Bool { HostFile.exists(directory.file("vms/\(vm).undefined.json")) }

  /// Removes all records of a VM.
  func forget(_ vm: VMID) throws {
    for name in [
      "vms/\(vm).removal.json", "vms/\(vm).variables.json", "vms/\(vm).undefined.json", Self.file(vm),
    ] {
      try HostFile.remove(directory.file(name))
    }
  }
}

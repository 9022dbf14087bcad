internal import Fleet

extension DiskRecords {
  /// A deletion that has taken the definition away and not yet the files.
  private struct Removal: Codable {
    var tombstone: String
  }

  /// The firmware's variables that libvirt makes for a VM.
  private struct Variables: Codable {
    var path: String
  }

  /// Notes that Roost makes the VM, whatever files it gets.
  func noteMade(_ vm: VMID) throws {
    if try !isMade(vm) { try directory.write([Record](), to: Self.file(vm)) }
  }

  /// True if Roost made the VM, rather than adopted it.
  func isMade(_ vm: VMID) throws -> Bool { HostFile.exists(directory.file(Self.file(vm))) }

  /// Notes the file that libvirt will make for the firmware's variables of a VM.
  func noteVariables(_ path: String, of vm: VMID) throws {
    try directory.write(Variables(path: path), to: "vms/\(vm).variables.json")
  }

  /// The file that libvirt made for the firmware's variables of a VM, if Roost had it made.
  func variables(of vm: VMID) throws -> String? {
    try directory.read("vms/\(vm).variables.json", as: Variables.self)?.path
  }

  /// Notes that a tombstone's deletion takes the VM's definition away.
  func noteRemoval(of vm: VMID, by tombstone: TombstoneID) throws {
    try directory.write(Removal(tombstone: tombstone.description), to: "vms/\(vm).removal.json")
  }

  /// True if that very deletion took the VM's definition away.
  func isRemoval(of vm: VMID, by tombstone: TombstoneID) throws -> Bool {
    try directory.read("vms/\(vm).removal.json", as: Removal.self)?.tombstone == tombstone.description
  }

  /// Notes that libvirt has refused to define a VM whose files are made: it was nowhere yet.
  func noteUndefined(_ vm: VMID) throws { try directory.write([Record](), to: "vms/\(vm).undefined.json") }

  /// Notes that a VM may be defined from now on.
  func noteDefinition(of vm: VMID) throws { try HostFile.remove(directory.file("vms/\(vm).undefined.json")) }

  /// True if the VM was never defined: libvirt refused to, and nobody has asked it since.
  func isUndefined(_ vm: VMID) -> Bool { HostFile.exists(directory.file("vms/\(vm).undefined.json")) }

  /// Forgets all that is known of a VM.
  func forget(_ vm: VMID) throws {
    for name in [
      "vms/\(vm).removal.json", "vms/\(vm).variables.json", "vms/\(vm).undefined.json", Self.file(vm),
    ] {
      try HostFile.remove(directory.file(name))
    }
  }
}

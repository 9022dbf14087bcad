internal import DomainXML
internal import Fleet

/// A disk that a VM is to write to, as it is told from the disks of others.
struct WantedDisk: Hashable, Sendable {
  /// Its path, or what it is called where it is no file of the host.
  var name: String
  /// Names of its bytes, as ``ObservedDisk/keys`` has them.
  var keys: Set<String>
  /// Whether its document says that others may write to it as well.
  var isShareable: Bool

  init(name: String, keys: Set<String>, isShareable: Bool) {
    self.name = name
    self.keys = keys
    self.isShareable = isShareable
  }

  /// The disks of a spec, those that it carries in its document too. Blocks: it looks where links lead.
  static func all(of spec: VMSpec) -> [WantedDisk] {
    let document = spec.document.flatMap { try? DomainDocument(parsing: $0) }
    let stated = Dictionary(
      (document?.disks ?? []).map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    return spec.disks.filter(\.isWritten).compactMap { disk in
      let written = stated[disk.target]
      guard written?.isReadOnly != true else { return nil }
      let path = disk.path ?? (disk.source == .document ? written?.source.path : nil)
      let elsewhere = disk.source == .document ? written?.elsewhere : nil
      guard let name = path ?? elsewhere else { return nil }
      let observed = ObservedDisk(
        device: "disk", target: disk.target, path: path ?? "",
        identity: elsewhere ?? path.flatMap(FileIdentity.of) ?? "")
      return WantedDisk(name: name, keys: observed.keys, isShareable: disk.isShareable)
    }
  }

  /// A file of the host that nobody else may write to. Blocks: it looks where links lead.
  init(path: String) {
    let observed = ObservedDisk(device: "disk", target: "", path: path, identity: FileIdentity.of(path) ?? "")
    self.init(name: path, keys: observed.keys, isShareable: false)
  }

  /// Whether a disk of another domain is the same bytes. Blocks if nobody has looked at that disk yet.
  func isSame(as disk: ObservedDisk) -> Bool {
    var disk = disk
    if disk.identity.isEmpty, let found = FileIdentity.of(disk.path) { disk.identity = found }
    return !keys.isDisjoint(with: disk.keys)
  }
}

extension WantedDisk {
  /// Whether a disk of another domain stands on these bytes, whoever may write to that disk. Blocks: it looks where
  /// links lead.
  func liesBeneath(_ disk: ObservedDisk) -> Bool {
    disk.beneath.contains { isSame(as: ObservedDisk(device: "disk", target: "", path: $0)) }
  }

  /// Whether it is, or will be, a file below a directory. Blocks: it looks where links lead.
  func isBelow(_ directory: String) -> Bool {
    guard name.hasPrefix("/") else { return false }
    let place = HostFile.resolved(name) ?? HostFile.resolved(HostFile.parent(of: name)).map { $0 + "/new" } ?? name
    return HostPath.isBelow(place, HostFile.resolved(directory) ?? directory)
  }
}

/// A disk of a spec with the file that is ready for it.
struct PreparedDisk: Hashable, Sendable {
  /// What was asked for.
  var spec: DiskSpec
  /// The file; nil for an empty drive.
  var path: String?
  /// The file's format for QEMU, `qcow2` or `raw`.
  var format: String
}

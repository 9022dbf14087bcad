internal import DomainXML
internal import Fleet

/// A disk that a VM will write to, as it is compared with other domains' disks.
struct WantedDisk: Hashable, Sendable {
  /// Its path, or its name if it is not a file of the host.
  var name: String
  /// Keys of its data, as in ``ObservedDisk/keys``.
  var keys: Set<String>
  /// True if its document allows other VMs to write to it.
  var isShareable: Bool

  init(name: String, keys: Set<String>, isShareable: Bool) {
    self.name = name
    self.keys = keys
    self.isShareable = isShareable
  }

  /// The disks of a spec, including those in its imported document. Blocks, because it follows links.
  static func all(of spec: VMSpec) -> [WantedDisk] {
    let document = spec.document.flatMap { try? DomainDocument(parsing: $0) }
    let stated = Dictionary(
      (document?.disks ?? []).map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    let passed = (document?.passedThroughDisks ?? []).filter { !$0.isReadOnly }.compactMap(\.path)
    return passed.map(WantedDisk.init(path:)) + spec.disks.filter(\.isWritten).compactMap { disk in
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

  /// A file of the host that no other VM may write to. Blocks, because it follows links.
  init(path: String) {
    let observed = ObservedDisk(device: "disk", target: "", path: path, identity: FileIdentity.of(path) ?? "")
    self.init(name: path, keys: observed.keys, isShareable: false)
  }

  /// True if a disk of another domain has the same data. Blocks if that disk was not examined yet.
  func isSame(as disk: ObservedDisk) -> Bool {
    var disk = disk
    if disk.identity.isEmpty, let found = FileIdentity.of(disk.path) { disk.identity = found }
    return !keys.isDisjoint(with: disk.keys)
  }
}

extension WantedDisk {
  /// Whether another disk stands on these bytes, by the names of what lies beneath that; its own files, which may be on
  /// a share whose server is gone, are not looked at. Blocks: it looks where its own links lead.
  func liesBeneath(anyOf disks: [ObservedDisk]) -> Bool {
    let names = Set([FilePath.normalised(name), HostFile.resolved(name) ?? ""]).subtracting([""])
    return disks.contains { !names.isDisjoint(with: $0.beneath.map(FilePath.normalised)) }
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
  /// The disk in the spec.
  var spec: DiskSpec
  /// The file; nil for an empty drive.
  var path: String?
  /// The file's format for QEMU, `qcow2` or `raw`.
  var format: String
}

internal import Fleet

extension PlacementFilter {
  /// The files that a VM brings along stand where it is placed.
  static func files(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    for disk in spec.disks where disk.source == .existing {
      guard let path = disk.path, let lack = lack(of: path, on: host) else { continue }
      return "wants \(path) for disk \"\(disk.target)\", \(lack)"
    }
    return nil
  }

  private static func lack(of path: String, on host: HostSnapshot) -> String? {
    switch host.files {
    case .unasked: nil
    case .unknown(let reason): "it is not known whether that is there: \(reason)"
    case .found(let kinds):
      switch kinds[path] ?? .missing {
      case .regular, .block: nil
      case .missing: "which is not on it"
      case .other, .directory: "which is neither a file nor a block device there"
      case .hidden: "which its agent may not look at"
      }
    }
  }
}

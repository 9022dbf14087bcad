package import Fleet

/// Decides which paths are the same file on several hosts.
package struct SharedStorage: Hashable, Sendable {
  /// Types of libvirt storage pools whose data is not on the host itself.
  package static let networkTypes: Set<String> = [
    "netfs", "gluster", "rbd", "sheepdog", "iscsi", "iscsi-direct", "vstorage",
  ]

  private let paths: [String: [String]]

  /// Makes it of the storage pools of each host, by the host's name.
  package init(pools: [String: [StoragePool]] = [:]) {
    paths = pools.mapValues { pools in
      pools.filter { Self.networkTypes.contains($0.type) && $0.path.hasPrefix("/") && $0.path != "/" }.map(\.path)
    }
  }

  /// True if the path is in a network pool of the host, so that other hosts may have the same file there.
  package func isNetwork(_ path: String, on host: String) -> Bool { Self.lies(path, in: paths[host] ?? []) }

  private static func lies(_ path: String, in directories: some Collection<String>) -> Bool {
    directories.contains { path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
  }

  /// True if the path is the same file on both hosts: they are one host, or both have a network pool at the directory
  /// that contains it. A key that begins with `net:` is one disk everywhere; one that begins with `id:` belongs to one
  /// host. The same path in two local directories is two files.
  package func isOne(_ path: String, on one: String, and other: String) -> Bool {
    if one == other || path.hasPrefix("net:") { return true }
    if path.hasPrefix("id:") { return false }
    return Self.lies(path, in: Set(paths[one] ?? []).intersection(paths[other] ?? []))
  }
}

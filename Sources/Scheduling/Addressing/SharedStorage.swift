package import Fleet

/// Decides which paths are the same file on several hosts.
package struct SharedStorage: Hashable, Sendable {
  /// Types of libvirt storage pools whose data is not on the host itself.
  package static let networkTypes: Set<String> = [
    "netfs", "gluster", "rbd", "sheepdog", "iscsi", "iscsi-direct", "vstorage",
  ]

  /// The network pools and folders of each host that has any, by its name.
  private var paths: [String: [String]] = [:]

  /// Takes the storage pools of each host, by its name, and where it has mounted file systems of the network.
  package init(pools: [String: [StoragePool]] = [:], folders: [String: [String]] = [:]) {
    for host in Set(pools.keys).union(folders.keys) {
      replace(Self.networkPaths(pools: pools[host] ?? [], folders: folders[host] ?? []), on: host)
    }
  }

  /// Replaces the network pools and folders of a host.
  package mutating func replace(_ paths: [String], on host: String) { self.paths[host] = paths.isEmpty ? nil : paths }

  /// Where a host may have the same files as others: its network pools, and its mounted file systems of the network.
  package static func networkPaths(pools: [StoragePool], folders: [String]) -> [String] {
    (pools.filter { networkTypes.contains($0.type) }.map(\.path) + folders).filter { $0.hasPrefix("/") && $0 != "/" }
  }

  /// True if the path lies in a network pool or folder of the host: other hosts may have the same file there.
  package func isNetwork(_ path: String, on host: String) -> Bool { Self.lies(path, in: paths[host] ?? []) }

  private static func lies(_ path: String, in directories: some Collection<String>) -> Bool {
    directories.contains { path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
  }

  /// True if the path is the same file on both hosts: they are one host, or both have a network pool or folder at one
  /// place that it lies in. What begins with `net:` is one disk everywhere, with `id:` one host's.
  /// The same path in two hosts' own directories is two files.
  package func isOne(_ path: String, on one: String, and other: String) -> Bool {
    if one == other || path.hasPrefix("net:") { return true }
    if path.hasPrefix("id:") { return false }
    return Self.lies(path, in: Set(paths[one] ?? []).intersection(paths[other] ?? []))
  }

  /// What a disk is known by from one host: on two hosts it is one, by ``isOne(_:on:and:)``, if and only if they have
  /// an identity in common.
  /// - Complexity: linear in the host's network pools and folders.
  package func identities(of disk: String, on host: String) -> [DiskIdentity] {
    Self.identities(of: disk, on: host, sharing: paths[host] ?? [])
  }

  /// The same for a host with these network pools and folders.
  package static func identities(of disk: String, on host: String, sharing paths: [String]) -> [DiskIdentity] {
    if disk.hasPrefix("net:") { return [DiskIdentity(disk: disk, place: .everywhere)] }
    let own = DiskIdentity(disk: disk, place: .host(host))
    if paths.isEmpty || disk.hasPrefix("id:") { return [own] }
    let folders = Set(paths).filter { lies(disk, in: [$0]) }
    return [own] + folders.map { DiskIdentity(disk: disk, place: .folder($0)) }
  }
}

/// A disk and where it lies: equal identities are one disk.
package struct DiskIdentity: Hashable, Sendable {
  /// Where a disk lies.
  package enum Place: Hashable, Sendable {
    /// It is one disk wherever it is named.
    case everywhere
    /// It lies on one host.
    case host(String)
    /// It lies in a network pool or folder at this path.
    case folder(String)
  }

  /// The disk by its key, see ``ObservedDisk/keys``.
  package var disk: String
  /// Where it lies.
  package var place: Place
}

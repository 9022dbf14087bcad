internal import Fleet

/// Combines what the host grants its fleet: the trust file, and defaults for what the file leaves out.
struct HostTrustReader: Sendable {
  let file: TrustFile
  let imageDirectory: String

  /// The present grants; the file is read each time, so that a change takes effect at once.
  func trust(pools: [StoragePool]) -> HostTrust {
    let content = file.content()
    let active = pools.filter(\.isActive)
    let defaults = content.fault == nil ? active.filter(Self.isPlain).map(\.path) : []
    var roots = [imageDirectory]
    for root in content.diskRoots ?? defaults where !roots.contains(root) { roots.append(root) }
    return HostTrust(
      diskRoots: roots,
      pools: Dictionary(active.map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first }),
      grants: content.grants, unmanagedConsoles: content.unmanagedConsoles, destroyAdopted: content.destroyAdopted,
      file: file.path, fault: content.fault?.message ?? "")
  }

  /// True for a pool whose directory holds only guests' disks: libvirt's tools also make pools of any directory from
  /// which somebody once chose a medium, and of all disks of the host.
  private static func isPlain(_ pool: StoragePool) -> Bool {
    guard ["dir", "fs", "netfs", "logical", "gluster", "vstorage"].contains(pool.type) else { return false }
    guard let parts = HostPath.parts(of: pool.path)?.map(String.init), let first = parts.first else { return false }
    if pool.type == "logical" { return first == "dev" && parts.count >= 2 }
    let kept = ["bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "root", "run", "sbin", "sys", "usr"]
    let places = [["home"], ["var"], ["var", "lib"], ["var", "lib", "libvirt"], ["var", "lib", "libvirt", "qemu"]]
    return !kept.contains(first) && !places.contains(parts)
  }
}

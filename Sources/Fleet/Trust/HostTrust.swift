/// What a host permits its fleet beyond plain VMs.
///
/// The agent reads it from a file of the host that only root may write, enforces it, and reports it to the coordinator,
/// which places VMs by it. No message can widen it.
package struct HostTrust: Hashable, Sendable {
  /// How much of one kind is granted.
  package enum Grant: Hashable, Sendable {
    /// None of it.
    case nothing
    /// All of it.
    case everything
    /// The listed values; a directory stands for everything below it.
    case only([String])
  }

  /// The directories whose files may become disks: those of the file, or the image directory and the targets of the
  /// active pools.
  package var diskRoots: [String]
  /// The targets of the active storage pools, by pool name; volumes are there.
  package var pools: [String: String]
  /// The grants besides disks, by kind; a missing kind is not granted.
  package var grants: [HostPrivilege.Kind: Grant]
  /// True if the fleet may open consoles and displays of guests that do not carry its mark.
  package var unmanagedConsoles: Bool
  /// True if an adopted VM may be destroyed without the grace period.
  package var destroyAdopted: Bool
  /// The file's path on the host.
  package var file: String
  /// Why the file is ignored and nothing is granted, or empty.
  package var fault: String

  /// The file's default path.
  package static let defaultFile = "/etc/roost/host.toml"

  /// Makes a trust; the defaults grant nothing.
  package init(
    diskRoots: [String] = [], pools: [String: String] = [:], grants: [HostPrivilege.Kind: Grant] = [:],
    unmanagedConsoles: Bool = false, destroyAdopted: Bool = false, file: String = HostTrust.defaultFile,
    fault: String = ""
  ) {
    self.diskRoots = diskRoots
    self.pools = pools
    self.grants = grants
    self.unmanagedConsoles = unmanagedConsoles
    self.destroyAdopted = destroyAdopted
    self.file = file
    self.fault = fault
  }

  /// Why a privilege is not granted, with the line that would grant it; nil if it is granted.
  ///
  /// Compares text only; the agent examines the files themselves before it carries out an order.
  package func refusal(of privilege: HostPrivilege) -> String? {
    guard !isGranted(privilege) else { return nil }
    let broken = fault.isEmpty ? "" : " (that file is not obeyed now: \(fault.printable))"
    return
      "\(privilege.wanted.printable), which the host does not grant; to grant it, have in [trust] of \(file) there:"
      + " \(line(for: privilege))\(broken)"
  }

  /// The first privilege that is not granted, in the words of ``refusal(of:)-(HostPrivilege)``; nil if all are granted.
  package func refusal(of privileges: [HostPrivilege]) -> String? {
    for privilege in privileges {
      if let refusal = refusal(of: privilege) { return refusal }
    }
    return nil
  }

  private func isGranted(_ privilege: HostPrivilege) -> Bool {
    let subject = privilege.subject
    switch privilege.kind {
    case .diskFiles:
      guard let pool = privilege.pool else { return isBeneathDiskRoot(subject) }
      return pools[pool].map { isBeneathDiskRoot($0 + "/" + (privilege.volume ?? "")) } ?? false
    case .blockDevices, .bootFiles: return isBeneathDiskRoot(subject) || covers(privilege.kind, subject)
    default: return covers(privilege.kind, subject)
    }
  }

  /// The grants beyond plain VMs, such as `passthrough (0000:3b:00.0)`, in the order of the file's keys.
  package var granted: [String] {
    var texts = HostPrivilege.Kind.all.compactMap { kind -> String? in
      switch grants[kind] ?? .nothing {
      case .nothing: nil
      case .everything: kind.rawValue
      case .only(let listed): "\(kind.rawValue) (\(listed.map(\.printable).joined(separator: ", ")))"
      }
    }
    if unmanagedConsoles { texts.append("unmanaged_consoles") }
    if destroyAdopted { texts.append("destroy_adopted") }
    return texts
  }

  /// True if a path is below one of the disk roots.
  package func isBeneathDiskRoot(_ path: String) -> Bool {
    diskRoots.contains { HostPath.isBelow(path, $0) }
  }

  /// True if any grant covers a file at this path, or it is itself a disk root, so that the fleet may learn whether it
  /// exists.
  package func lends(_ path: String) -> Bool {
    let kinds: [HostPrivilege.Kind] = [
      .blockDevices, .bootFiles, .fileSystems, .fileBackedDevices, .passthrough, .hostInterfaces, .otherElements,
    ]
    return isBeneathDiskRoot(path) || diskRoots.contains { HostPath.isSame($0, path) }
      || kinds.contains { covers($0, path) }
  }

  /// True if the grant of a kind covers a subject, by itself or through a directory above it.
  package func covers(_ kind: HostPrivilege.Kind, _ subject: String) -> Bool {
    switch grants[kind] ?? .nothing {
    case .nothing: false
    case .everything: true
    case .only(let listed):
      listed.contains { $0 == subject || HostPath.isSame($0, subject) || HostPath.isBelow(subject, $0) }
    }
  }

  /// The line for the file that would grant a privilege in addition to the present ones.
  private func line(for privilege: HostPrivilege) -> String {
    let key = privilege.kind.rawValue
    switch privilege.kind {
    case .qemuArguments: return "\(key) = true"
    case .diskFiles:
      if let pool = privilege.pool {
        let path = pools[pool] ?? ""
        guard !path.isEmpty else {
          return "nothing; it has no active storage pool \"\(pool.printable)\" with a directory"
        }
        return "\(key) = \(Self.list(diskRoots + [path]))"
      }
      return "\(key) = \(Self.list(diskRoots + [HostPath.parent(of: privilege.subject)]))"
    default:
      guard case .only(let listed) = grants[privilege.kind] else { return "\(key) = \(Self.list([privilege.subject]))" }
      return "\(key) = \(Self.list(listed + [privilege.subject]))"
    }
  }

  private static func list(_ texts: [String]) -> String {
    let quoted = texts.map { text in
      "\"" + text.printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "[" + quoted.joined(separator: ", ") + "]"
  }
}

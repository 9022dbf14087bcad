/// What a host lets its fleet do beyond plain VMs.
///
/// The agent reads it from a file of the host that only root may write, obeys it, and tells the coordinator, which
/// places VMs by it. Nothing that travels over the wire can widen it.
package struct HostTrust: Hashable, Sendable {
  /// How much of one kind is granted.
  package enum Grant: Hashable, Sendable {
    /// None of it.
    case nothing
    /// All of it.
    case everything
    /// What is listed; a directory stands for all below it.
    case only([String])
  }

  /// The directories below which files may become disks: what the file says, or the image directory and the targets
  /// of the active pools.
  package var diskRoots: [String]
  /// The targets of the active storage pools, by the pools' names; volumes lie there.
  package var pools: [String: String]
  /// What is granted beside disks, by kind; what is absent is not granted.
  package var grants: [HostPrivilege.Kind: Grant]
  /// True if the fleet may open consoles and displays of guests that do not carry its mark.
  package var unmanagedConsoles: Bool
  /// True if a VM may be destroyed soon after it was marked.
  package var destroyAdopted: Bool
  /// The file's path on the host.
  package var file: String
  /// Why the file is not obeyed and nothing is granted, or empty.
  package var fault: String

  /// Where the file lies unless the agent is told otherwise.
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

  /// Why a privilege is not granted, and the line that would grant it; nil if it is.
  ///
  /// Judges by text alone: the agent looks at the files themselves before it obeys.
  package func refusal(of privilege: HostPrivilege) -> String? {
    guard !isGranted(privilege) else { return nil }
    let broken = fault.isEmpty ? "" : " (that file is not obeyed now: \(fault.printable))"
    return
      "\(privilege.wanted.printable), which the host does not grant; to grant it, have in [trust] of \(file) there:"
      + " \(line(for: privilege))\(broken)"
  }

  /// The first privilege that is not granted, as ``refusal(of:)-(HostPrivilege)`` says it; nil if all are.
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

  /// What is granted beyond plain VMs, such as `passthrough (0000:3b:00.0)`, in the order of the file's keys.
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

  /// True if a path lies below one of the disk roots.
  package func isBeneathDiskRoot(_ path: String) -> Bool {
    diskRoots.contains { HostPath.isBelow(path, $0) }
  }

  /// True if a file at this path may be the fleet's in some way, so that the fleet may know whether it is there.
  package func lends(_ path: String) -> Bool {
    let kinds: [HostPrivilege.Kind] = [
      .blockDevices, .bootFiles, .fileSystems, .fileBackedDevices, .passthrough, .hostInterfaces, .otherElements,
    ]
    return isBeneathDiskRoot(path) || kinds.contains { covers($0, path) }
  }

  /// True if the grant of a kind names a subject, or a directory that it lies in.
  package func covers(_ kind: HostPrivilege.Kind, _ subject: String) -> Bool {
    switch grants[kind] ?? .nothing {
    case .nothing: false
    case .everything: true
    case .only(let listed):
      listed.contains { $0 == subject || HostPath.isSame($0, subject) || HostPath.isBelow(subject, $0) }
    }
  }

  /// The line of the file that grants a privilege beside what is granted already.
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

internal import Fleet

extension HostCheck {
  /// Where disks go.
  static let storageChecks = [
    // There are storage pools, and all are active.
    HostCheck("storage-pools") { survey in
      if survey.libvirtFailure != nil { return .warn("not known, as libvirt is not reachable") }
      let connect = "virsh --connect \(survey.uri.shellQuoted)"
      guard !survey.pools.isEmpty else {
        return .warn(
          "libvirt has no storage pool",
          fix: "\(connect) pool-define-as default dir --target \(survey.imageDirectory.shellQuoted)"
            + " && \(connect) pool-start default && \(connect) pool-autostart default")
      }
      if let pool = survey.pools.first(where: { !$0.isActive }) {
        return .warn(
          "the pool \"\(pool.name.printable)\" is not active", fix: "\(connect) pool-start \(pool.name.shellQuoted)")
      }
      return .pass(survey.pools.map { "\($0.name.printable) with \($0.available) free" }.joined(separator: ", "))
    },
    // The agent can write there, and there is space.
    HostCheck("image-directory") { survey in
      let directory = survey.imageDirectory
      let quoted = directory.shellQuoted
      let found: DirectoryFinding
      switch survey.imageDirectoryLook {
      case nil: return .warn("\(directory) was not looked at")
      case .failure(let failure)?:
        return .fail("\(directory) can't be looked at: \(failure.message)", fix: "grep -w nfs /proc/mounts")
      case .success(let finding)?: found = finding
      }
      guard found.isThere else { return .fail("there is no directory \(directory)", fix: "mkdir -p \(quoted)") }
      guard found.isWritable else {
        return .fail(
          "\(survey.user) can't write to \(directory)", fix: "chgrp libvirt \(quoted) && chmod 2775 \(quoted)")
      }
      guard let space = found.space else { return .warn("the free space of \(directory) is not known") }
      let share = space.size.bytes > 0 ? Double(space.free.bytes) / Double(space.size.bytes) : 1
      let detail = "\(space.free) of \(space.size) free in \(directory)"
      return space.free < .gibibytes(1) || share < 0.05
        ? .warn("only \(detail)", fix: "du -sh \(directory)/*, then delete what nobody needs") : .pass(detail)
    },
  ]
}

extension HostCheck {
  /// What the host grants its fleet.
  static let trustChecks = [
    // What the host lets its fleet do; see roost-trust(5).
    HostCheck("trust") { survey in
      if let fault = survey.trustFile.fault {
        return .fail("nothing beyond plain VMs is granted: \(fault.message)", fix: fault.hint)
      }
      let roots = survey.trust.diskRoots.map(\.printable).joined(separator: ", ")
      if let root = survey.trust.diskRoots.first(where: { HostPath.parts(of: $0)?.isEmpty ?? true }) {
        return .warn("the fleet may use every file of the host as a disk, since \(root) is among disk_roots")
      }
      let granted = survey.trust.granted
      let more = granted.isEmpty ? "nothing beyond plain VMs" : granted.joined(separator: ", ")
      let source = survey.trustFile.isPresent ? survey.trust.file : "defaults, there is no \(survey.trust.file)"
      return .pass("\(more); disks below \(roots) (\(source))")
    }
  ]

  /// The time of day.
  static let clockChecks = [
    // The clock is right, and in step with the coordinator's.
    HostCheck("clock") { survey in
      if let skew = survey.clockSkewSeconds, abs(skew) > 5 {
        return .warn(
          "the clock was \(abs(skew)) s \(skew > 0 ? "ahead of" : "behind") the coordinator's when they last met",
          fix: "timedatectl set-ntp true")
      }
      let agreed = survey.clockSkewSeconds.map { _ in "in step with the coordinator's when they last met" }
      switch survey.clockIsSynchronised {
      case true?: return .pass(agreed ?? "synchronised")
      case false?:
        return .warn("the kernel says that the clock is not synchronised", fix: "timedatectl set-ntp true")
      case nil: return agreed.map { .pass($0) } ?? .warn("not known whether the clock is synchronised")
      }
    }
  ]
}

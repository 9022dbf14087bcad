internal import Fleet

extension HostCheck {
  /// What QEMU and libvirt need of the kernel.
  static let kernelChecks = [
    // Always: it only shows which huge pages are reserved.
    HostCheck("huge-pages") { survey in
      let pools = survey.kernel.hugePages.filter { $0.total > 0 }
      if pools.isEmpty { return .pass("none reserved; guests use ordinary pages") }
      return .pass(pools.map { "\($0.free) of \($0.total) pages of \($0.pageSize) free" }.joined(separator: ", "))
    },
    // Virtio networking is fast.
    HostCheck("vhost-net", safeFix: .load(module: "vhost_net")) { survey in
      survey.kernel.exists("/dev/vhost-net")
        ? .pass("/dev/vhost-net is there")
        : .warn("there is no /dev/vhost-net: virtio networking is slower", fix: "modprobe vhost_net")
    },
    // Guests can have a network.
    HostCheck("tun", safeFix: .load(module: "tun")) { survey in
      survey.kernel.exists("/dev/net/tun")
        ? .pass("/dev/net/tun is there")
        : .fail("there is no /dev/net/tun: guests have no network", fix: "modprobe tun")
    },
    // libvirt can limit guests.
    HostCheck("cgroups") { survey in
      let wanted = ["cpu", "cpuset", "io", "memory", "pids"]
      if let text = survey.kernel.text("/sys/fs/cgroup/cgroup.controllers") {
        let missing = wanted.filter { !text.split(separator: " ").map(String.init).contains($0) }
        if missing.isEmpty { return .pass("version 2 with \(wanted.joined(separator: ", "))") }
        return .warn(
          "the controllers \(missing.joined(separator: ", ")) are missing: their limits can't be set",
          fix: "boot with systemd.unified_cgroup_hierarchy=1 and without cgroup_disable")
      }
      if survey.kernel.exists("/sys/fs/cgroup/cpu") { return .pass("version 1") }
      return .warn("no cgroups are mounted: libvirt can't limit guests", fix: "mount -t cgroup2 none /sys/fs/cgroup")
    },
  ]

  /// The emulators.
  static let emulatorChecks = [
    // There is an emulator.
    HostCheck("qemu") { survey in
      guard !survey.emulators.isEmpty else {
        return .fail("there is no qemu-system emulator", fix: "apt-get install qemu-system-x86")
      }
      let version = survey.capabilities.map { "QEMU \($0.hypervisorVersion), " } ?? ""
      return .pass("\(version)emulates \(survey.emulators.keys.sorted().joined(separator: ", "))")
    },
    // Disks can be made.
    HostCheck("qemu-img") { survey in
      survey.qemuImg.map { .pass($0) }
        ?? .fail("there is no qemu-img: disks can't be made", fix: "apt-get install qemu-utils")
    },
  ]
}

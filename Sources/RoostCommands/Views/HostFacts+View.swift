internal import Fleet

extension HostFacts {
  /// The facts as JSON has them.
  var tree: Tree {
    .object([
      "hostname": .text(hostname), "libvirt_uri": .text(libvirtURI), "cpu": cpu.tree,
      "numa": .list(
        numa.map {
          .object([
            "id": .count($0.id), "memory_bytes": .bytes($0.memory), "cpus": .list($0.cpus.map { .count($0) }),
          ])
        }),
      "memory_bytes": .bytes(memory),
      "huge_pages": .list(
        hugePages.map {
          .object([
            "page_bytes": .bytes($0.pageSize), "total": .count($0.total), "free": .count($0.free),
            "default": .flag($0.isDefault),
          ])
        }),
      "emulators": .list(
        emulators.map {
          .object([
            "arch": .text($0.architecture), "path": .text($0.path), "machines": .texts($0.machines),
            "accelerators": .texts($0.accelerators),
          ])
        }),
      "networks": .list(networks.map(\.tree)), "bridges": .texts(bridges), "pools": .list(pools.map(\.tree)),
      "versions": .object([
        "agent": .text(versions.agent), "libvirt": .text(versions.libvirt), "qemu": .text(versions.qemu),
        "kernel": .text(versions.kernel),
      ]),
      "boot_id": .text(bootID), "kvm_usable": .flag(kvmUsable),
      "checks": .list(
        checks.map {
          .object([
            "check": .text($0.check), "result": .text($0.result.rawValue), "detail": .text($0.detail),
            "fix": .optional($0.fix),
          ])
        }),
      "disks": .list(
        disks.map {
          .object(["name": .text($0.name), "size_bytes": .bytes($0.size), "rotational": .flag($0.rotational)])
        }),
      "image_dir": .text(imageDirectory), "trust": trust?.tree ?? .null,
    ])
  }
}

extension HostTrust {
  /// What the host lets the fleet do as JSON has it.
  var tree: Tree {
    .object([
      "file": .text(file), "fault": .optional(fault), "disk_roots": .texts(diskRoots), "granted": .texts(granted),
    ])
  }

  /// What a person reads of it.
  var cells: [Listing.Cell] {
    let source: Listing.Cell = fault.isEmpty ? .init(file) : .init("\(file) is not obeyed: \(fault)", .bad)
    return [
      source, .init("disks below \(diskRoots.joined(separator: ", "))"),
      .init(granted.isEmpty ? "nothing beyond plain VMs" : "grants \(granted.joined(separator: ", "))"),
    ]
  }
}

extension CPUFacts {
  /// The processors as JSON has them.
  var tree: Tree {
    .object([
      "arch": .text(architecture), "model": .text(model), "vendor": .text(vendor), "sockets": .count(sockets),
      "cores": .count(cores), "threads": .count(threads), "logical": .count(logical), "mhz": .count(megahertz),
    ])
  }
}

extension HostNetwork {
  /// The network as JSON has it.
  var tree: Tree {
    .object([
      "name": .text(name), "bridge": .optional(bridge), "active": .flag(isActive), "autostart": .flag(autostart),
      "forward": .optional(forward),
    ])
  }
}

extension StoragePool {
  /// The pool as JSON has it.
  var tree: Tree {
    .object([
      "name": .text(name), "type": .text(type), "path": .optional(path), "active": .flag(isActive),
      "autostart": .flag(autostart), "capacity_bytes": .bytes(capacity), "allocation_bytes": .bytes(allocation),
      "available_bytes": .bytes(available),
    ])
  }
}

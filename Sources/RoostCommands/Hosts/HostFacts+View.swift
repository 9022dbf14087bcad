internal import Fleet

extension HostFacts {
  /// The facts as JSON has them.
  var outputValue: OutputValue {
    .object([
      "hostname": .text(hostname), "libvirt_uri": .text(libvirtURI), "cpu": cpu.outputValue,
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
      "networks": .list(networks.map(\.outputValue)), "bridges": .texts(bridges),
      "pools": .list(pools.map(\.outputValue)),
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
      "image_dir": .text(imageDirectory), "trust": trust?.outputValue ?? .null,
    ])
  }
}

extension HostTrust {
  /// The host's grants as JSON has them.
  var outputValue: OutputValue {
    .object([
      "file": .text(file), "fault": .optional(fault), "disk_roots": .texts(diskRoots), "granted": .texts(granted),
    ])
  }

  /// The grants for people.
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
  var outputValue: OutputValue {
    .object([
      "arch": .text(architecture), "model": .text(model), "vendor": .text(vendor), "sockets": .count(sockets),
      "cores": .count(cores), "threads": .count(threads), "logical": .count(logical), "mhz": .count(megahertz),
    ])
  }
}

extension HostNetwork {
  /// The network as JSON has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "bridge": .optional(bridge), "active": .flag(isActive), "autostart": .flag(autostart),
      "forward": .optional(forward),
    ])
  }
}

extension StoragePool {
  /// The pool as JSON has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "type": .text(type), "path": .optional(path), "active": .flag(isActive),
      "autostart": .flag(autostart), "capacity_bytes": .bytes(capacity), "allocation_bytes": .bytes(allocation),
      "available_bytes": .bytes(available),
    ])
  }
}

extension Emulator {
  /// The emulator in a fleet file; its machine types are on one line.
  var outputValue: OutputValue {
    .object([
      "arch": .text(architecture), "machines": .text(machines.joined(separator: " ")),
      "accelerators": .text(accelerators.joined(separator: " ")),
    ])
  }
}

extension ObservedDomain {
  /// The domain as JSON has it.
  var outputValue: OutputValue {
    .object([
      "state": .text(state.rawValue), "seen_at": .time(seenAt), "persistent": .flag(isPersistent),
      "autostart": .flag(autostart), "managed_save": .flag(hasManagedSave), "live": live?.outputValue ?? .null,
      "saved": saved?.outputValue ?? .null,
      "addresses": .list(
        leases.map {
          .object(["mac": .text($0.mac.description), "ip": .text($0.ip), "source": .text($0.source)])
        }),
    ])
  }
}

extension DomainConfiguration {
  /// The configuration as JSON has it.
  var outputValue: OutputValue {
    .object([
      "vcpus": .count(vcpus), "memory_bytes": .bytes(memory), "arch": .text(architecture),
      "machine": .optional(machine), "type": .optional(type), "serial_console": .flag(hasSerialConsole),
      "nics": .list(
        nics.map {
          .object([
            "mac": $0.mac.map { .text($0.description) } ?? .null, "network": .optional($0.network),
            "bridge": .optional($0.bridge), "model": .optional($0.model), "device": .optional($0.device),
          ])
        }),
      "disks": .list(
        disks.map {
          .object([
            "device": .text($0.device), "target": .text($0.target), "bus": .optional($0.bus),
            "path": .optional($0.path), "format": .optional($0.format), "read_only": .flag($0.readOnly),
          ])
        }),
      "graphics": .list(
        graphics.map {
          .object([
            "type": .text($0.type), "listen": .optional($0.listen),
            "port": $0.port.map { .count($0) } ?? .null, "autoport": .flag($0.autoport),
          ])
        }),
    ])
  }
}

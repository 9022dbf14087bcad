internal import Fleet

extension ObservedDomain {
  /// The domain as JSON has it.
  var tree: Tree {
    .object([
      "state": .text(state.rawValue), "seen_at": .time(seenAt), "persistent": .flag(isPersistent),
      "autostart": .flag(autostart), "managed_save": .flag(hasManagedSave), "live": live?.tree ?? .null,
      "saved": saved?.tree ?? .null,
      "addresses": .list(
        leases.map {
          .object(["mac": .text($0.mac.description), "ip": .text($0.ip), "source": .text($0.source)])
        }),
    ])
  }
}

extension DomainConfiguration {
  /// The configuration as JSON has it.
  var tree: Tree {
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

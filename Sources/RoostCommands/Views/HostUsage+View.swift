internal import Fleet

extension HostUsage {
  /// True if it tells nothing new.
  var isSilent: Bool {
    switch state {
    case .ready, .cordoned, .draining, .degraded: false
    case .libvirtDown, .unreachable, .fenced, .revoked: true
    }
  }

  /// The host as `roost top --hosts -o json` has it.
  var tree: Tree {
    .object([
      "name": .text(name), "id": .text(id.description), "state": .text(state.rawValue), "reason": .optional(reason),
      "current": .flag(!isSilent), "measured_at": .time(measuredAt), "load": .optional(load),
      "cpus": cpus > 0 ? .count(cpus) : .null, "guest_cpu_percent": .optional(guestCPUs.map { $0 * 100 }),
      "memory_free_bytes": memoryFree.map { .bytes($0) } ?? .null,
      "memory_bytes": memory.bytes > 0 ? .bytes(memory) : .null, "vms_running": .count(running),
      "skipped": .texts(skipped),
    ])
  }

  /// The hosts as a listing, in the order they have.
  static func listing(_ hosts: [HostUsage], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("STATE"), .init("LOAD", right: true), .init("CPUS", right: true),
        .init("GUESTS", right: true), .init("FREE", right: true), .init("MEMORY", right: true),
        .init("VMS", right: true), .init("AGE"), .init("ID", wide: true), .init("NOTE"),
      ],
      rows: hosts.map { $0.row(at: now) },
      empty: "no hosts; let one join: roost host token create, then roost-agent join - on it")
  }

  private func row(at now: Timestamp) -> Listing.Row {
    let tone: Tone = isSilent ? .faint : .plain
    let state: Listing.Cell =
      switch self.state {
      case .ready: .init(self.state.rawValue, .good)
      case .cordoned, .draining, .degraded: .init(self.state.rawValue, .caution)
      case .libvirtDown, .unreachable, .fenced, .revoked: .init(self.state.rawValue, .bad)
      }
    let unheard = skipped.isEmpty ? "" : "no answer from \(skipped.joined(separator: ", "))"
    let cells: [Listing.Cell] = [
      .init(name), state, .init(load.map(MeasuredText.load) ?? "", tone), .init(cpus > 0 ? String(cpus) : ""),
      .init(guestCPUs.map(MeasuredText.percent) ?? "", tone), .init(memoryFree?.description ?? "", tone),
      .init(memory.bytes > 0 ? memory.description : ""), .init(String(running)),
      MeasuredText.age(of: measuredAt, isCurrent: !isSilent, at: now), .init(id.description),
      .init(reason.isEmpty ? unheard : reason, reason.isEmpty ? .faint : .caution),
    ]
    return Listing.Row(name: name, cells: cells, tree: tree)
  }
}

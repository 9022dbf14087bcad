internal import Fleet

extension HostSummary {
  /// The host as `roost host list -o json` has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "id": .text(id.description), "state": .text(state.rawValue), "seen_at": .time(seenAt),
      "vcpus": capacity.map { .count($0.vcpus) } ?? .null,
      "memory_bytes": capacity.map { .bytes($0.memory) } ?? .null,
      "disk_bytes": capacity.map { .bytes($0.disk) } ?? .null,
      "cpu_ratio": capacity.map { .number($0.cpuRatio) } ?? .null,
      "memory_ratio": capacity.map { .number($0.memoryRatio) } ?? .null,
      "reserved_memory_bytes": capacity.map { .bytes($0.reservedMemory) } ?? .null,
      "reserved": .object([
        "vcpus": .count(reserved.vcpus), "memory_bytes": .bytes(reserved.memory), "disk_bytes": .bytes(reserved.disk),
      ]),
      "vms": .count(vms), "acceleration": .optional(acceleration),
      "checks": .object([
        "pass": .count(checksPassed), "warn": .count(checksWarned), "fail": .count(checksFailed),
      ]),
      "reason": .optional(reason), "labels": .labels(labels), "notes": .texts(notes),
      "disregarded": .flag(isDisregarded),
    ])
  }

  /// The state in its colour.
  var stateCell: Listing.Cell {
    switch state {
    case .ready: Listing.Cell(state.rawValue, .good)
    case .cordoned, .draining, .degraded: Listing.Cell(state.rawValue, .caution)
    case .libvirtDown, .unreachable, .fenced, .revoked: Listing.Cell(state.rawValue, .bad)
    }
  }

  /// The hosts as a listing.
  /// - Parameter choosing: true if only some hosts were requested.
  static func listing(_ hosts: [HostSummary], at now: Timestamp, choosing: Bool = false) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 24), .init("STATE"), .init("SEEN", csv: "seen_at", drop: 2), .init("VMS", right: true),
        .init("VCPUS", right: true, csv: "vcpus_reserved"), .init(csv: "vcpus"),
        .init("MEMORY", right: true, csv: "memory_reserved_bytes"), .init(csv: "memory_bytes"),
        .init("DISK", right: true, csv: "disk_reserved_bytes"), .init(csv: "disk_bytes"), .init("ACCEL", drop: 3),
        .init("CHECKS", csv: "checks_passed", drop: 1), .init(csv: "checks_warned"), .init(csv: "checks_failed"),
        .init("LABELS", wide: true), .init("ID", wide: true), .init("NOTE", cut: 12),
      ],
      rows: hosts.map { $0.row(at: now) },
      empty: choosing
        ? "no host is like that; all of them: roost host list"
        : "no hosts; let one join: roost host token create, then roost-agent join - on it")
  }

  /// Why it is not ready, and the problems with its reports, on one line.
  private var note: String {
    let disregarded = isDisregarded ? ["its claims are disregarded"] : []
    return ([reason].filter { !$0.isEmpty } + disregarded + notes).joined(separator: "; ")
  }

  private func row(at now: Timestamp) -> Listing.Row {
    let limit = capacity?.limit
    func share(_ used: String, _ all: String?, _ raw: OutputValue) -> Listing.Cell {
      .init(all.map { "\(used)/\($0)" } ?? "", raw: raw)
    }
    func share(_ used: ByteCount, _ all: ByteCount?) -> [Listing.Cell] {
      [share(used.description, all?.description, .bytes(used)), .init("", raw: all.map { .bytes($0) } ?? .null)]
    }
    let checks = "\(checksPassed) pass, \(checksWarned) warn, \(checksFailed) fail"
    let cells: [Listing.Cell] = [
      .init(name), stateCell, .init(ageOf: seenAt, at: now), .init(String(vms)),
      share(String(reserved.vcpus), limit.map { String($0.vcpus) }, .count(reserved.vcpus)),
      .init(limit.map { String($0.vcpus) } ?? ""),
    ]
    let checked: [Listing.Cell] = [
      .init(acceleration),
      .init(checks, checksFailed > 0 ? .bad : checksWarned > 0 ? .caution : .plain, raw: .count(checksPassed)),
      .init(String(checksWarned)), .init(String(checksFailed)),
      .init(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      .init(id.description), .init(note, .faint),
    ]
    let sizes = share(reserved.memory, limit?.memory) + share(reserved.disk, limit?.disk)
    // BOUNDED: the cells of one row.
    return Listing.Row(name: name, cells: cells + sizes + checked, outputValue: outputValue)
  }
}

extension HostUsage {
  /// The host as `roost top --hosts -o json` has it.
  var outputValue: OutputValue {
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
        .init("NAME", cut: 24), .init("STATE"), .init("LOAD", right: true), .init("CPUS", right: true, drop: 2),
        .init("GUESTS", right: true, csv: "guest_cpu_percent"), .init("FREE", right: true, csv: "memory_free_bytes"),
        .init("MEMORY", right: true, csv: "memory_bytes"),
        .init("VMS", right: true, drop: 1), .init("AGE", csv: "measured_at"), .init("ID", wide: true),
        .init("NOTE", cut: 12),
      ],
      rows: hosts.map { $0.row(at: now) },
      empty: "no hosts; let one join: roost host token create, then roost-agent join - on it")
  }

  private func row(at now: Timestamp) -> Listing.Row {
    let style: TextStyle = isSilent ? .faint : .plain
    let state: Listing.Cell =
      switch self.state {
      case .ready: .init(self.state.rawValue, .good)
      case .cordoned, .draining, .degraded: .init(self.state.rawValue, .caution)
      case .libvirtDown, .unreachable, .fenced, .revoked: .init(self.state.rawValue, .bad)
      }
    let unheard = skipped.isEmpty ? "" : "no answer from \(skipped.joined(separator: ", "))"
    let cells: [Listing.Cell] = [
      .init(name), state, .init(load.map(UsageText.load) ?? "", style), .init(cpus > 0 ? String(cpus) : ""),
      .init(guestCPUs.map(UsageText.percent) ?? "", style, raw: .optional(guestCPUs.map { $0 * 100 })),
      memoryFree.map { .init($0, style) } ?? .init("", style),
      memory.bytes > 0 ? .init(memory) : .init(""), .init(String(running)),
      UsageText.age(of: measuredAt, isCurrent: !isSilent, at: now), .init(id.description),
      .init(reason.isEmpty ? unheard : reason, reason.isEmpty ? .faint : .caution),
    ]
    return Listing.Row(name: name, cells: cells, outputValue: outputValue)
  }
}

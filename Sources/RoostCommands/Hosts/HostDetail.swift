internal import Fleet
internal import RoostAPI
internal import RoostProto

/// A host with everything that its agent reports.
struct HostDetail: Sendable {
  /// The host.
  let host: HostSummary
  /// What its agent reports; nil before its first report.
  let facts: HostFacts?
  /// When it joined.
  let joinedAt: Timestamp
  /// When its certificate ends.
  let certificateExpiresAt: Timestamp

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_GetHostResponse) throws(FleetError) {
    host = try HostSummary(message.host)
    facts = message.hasFacts ? try HostFacts(message.facts) : nil
    joinedAt = Timestamp(milliseconds: max(0, message.joinedAt))
    certificateExpiresAt = Timestamp(milliseconds: max(0, message.certificateExpiresAt))
  }

  /// The host as `roost host show -o json` has it: the listing's fields and more.
  var outputValue: OutputValue {
    host.outputValue.adding([
      "joined_at": .time(joinedAt), "certificate_expires_at": .time(certificateExpiresAt),
      "facts": facts?.outputValue ?? .null,
    ])
  }

  /// The view for people.
  func view(at now: Timestamp) -> Detail {
    var lines: [Detail.Line] = [
      .field("name", .init(host.name, .heading)), .field("id", .init(host.id.description)),
      .field("state", host.stateCell), .field("seen", .init(Age.text(of: host.seenAt, at: now))),
      .field("VMs", .init(String(host.vms))), .field("joined", .init(joinedAt.description)),
      .field("certificate until", .init(certificateExpiresAt.description)),
    ]
    if !host.reason.isEmpty { lines.append(.field("reason", .init(host.reason, .caution))) }
    if host.isDisregarded {
      lines.append(.field("claims", .init("disregarded: what it says it runs hinders nobody", .caution)))
    }
    lines += host.notes.map { .field("note", .init($0, .caution)) }
    if let limit = host.capacity?.limit {
      lines.append(.field("vcpus reserved", .init("\(host.reserved.vcpus) of \(limit.vcpus)")))
      lines.append(.field("memory reserved", .init("\(host.reserved.memory) of \(limit.memory)")))
      lines.append(.field("disk reserved", .init("\(host.reserved.disk) of \(limit.disk)")))
    }
    if let facts { lines += Self.lines(of: facts) }
    return Detail(name: host.name, lines: lines, outputValue: outputValue)
  }

  private static func lines(of facts: HostFacts) -> [Detail.Line] {
    let cpu = facts.cpu
    let topology = "\(cpu.sockets) × \(cpu.cores) cores × \(cpu.threads) threads"
    var lines: [Detail.Line] = [
      .section("machine"),
      .field("hostname", .init(facts.hostname)),
      .field("cpu", .init("\(cpu.model) (\(cpu.architecture)), \(cpu.logical) logical: \(topology)")),
      .field("memory", .init(facts.memory.description)),
      .field("kvm", facts.kvmUsable ? .init("a guest runs under it", .good) : .init("not usable", .caution)),
      .field("libvirt", .init("\(facts.versions.libvirt) at \(facts.libvirtURI)")),
      .field("qemu", .init(facts.versions.qemu)), .field("kernel", .init(facts.versions.kernel)),
      .field("agent", .init(facts.versions.agent)), .field("bridges", .init(facts.bridges.joined(separator: " "))),
    ]
    lines += section(
      "emulators",
      facts.emulators.map { .init("\($0.architecture)  \($0.path)  \($0.accelerators.joined(separator: ", "))") })
    lines += section(
      "networks", facts.networks.map { .init("\($0.name)  \($0.bridge)  \($0.isActive ? "active" : "inactive")") })
    lines += section(
      "pools",
      facts.pools.map { .init("\($0.name)  \($0.path)  \($0.available) of \($0.capacity) free") })
    if let trust = facts.trust { lines += section("lets the fleet do", trust.cells) }
    lines += section(
      "checks",
      facts.checks.map { check in
        let fix = check.fix.isEmpty ? "" : "  fix: \(check.fix)"
        return .init("\(check.result.rawValue)  \(check.check): \(check.detail)\(fix)", check.result.style)
      })
    return lines
  }

  private static func section(_ title: String, _ cells: [Listing.Cell]) -> [Detail.Line] {
    cells.isEmpty ? [] : [.section(title)] + cells.map { .text($0) }
  }
}

extension CheckResult.Verdict {
  /// The verdict's colour.
  var style: TextStyle {
    switch self {
    case .pass: .plain
    case .warn: .caution
    case .fail: .bad
    }
  }
}

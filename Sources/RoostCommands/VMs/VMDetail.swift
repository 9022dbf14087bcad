internal import Fleet
internal import RoostAPI
internal import RoostProto

/// A VM with its spec, its observed state, and the reasons for its host.
struct VMDetail: Sendable {
  /// The VM.
  let vm: VMSummary
  /// The spec; nil for an unmanaged VM.
  let spec: VMSpec?
  /// The spec's revision.
  let revision: UInt64
  /// What its agent last saw, if anything.
  let observed: ObservedDomain?
  /// One sentence for each value that somebody else changed.
  let drift: [String]
  /// The decision that placed it, if there was one.
  let placed: PlacementDecision?
  /// The most operations that are shown to people.
  private static let shownOperations = 5
  /// The most that is shown to people of a disk's path or URL.
  private static let placeBytes = 300

  /// Its operations, newest first.
  let operations: [FleetOperation]
  /// The number of older ones.
  let olderOperations: Int
  /// When it was accepted.
  let createdAt: Timestamp?
  /// Its requirements on hosts beyond its spec.
  let constraints: PlacementConstraints

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_GetVMResponse) throws(FleetError) {
    vm = try VMSummary(message.vm)
    spec = message.hasSpec ? try VMSpec(message.spec) : nil
    revision = message.revision
    observed = message.hasObserved ? try ObservedDomain(message.observed) : nil
    drift = message.drift
    placed = message.hasPlaced ? try PlacementDecision(message.placed) : nil
    var operations: [FleetOperation] = []
    for operation in message.operations { operations.append(try FleetOperation(operation)) }
    self.operations = operations.reversed()
    olderOperations = Int(message.olderOperations)
    constraints = try PlacementConstraints(message.constraints, at: FieldPath("constraints"))
    createdAt = message.createdAt > 0 ? Timestamp(milliseconds: message.createdAt) : nil
  }

  /// The VM as `roost show -o json` has it: the listing's fields and more.
  var outputValue: OutputValue {
    vm.outputValue.adding([
      "created_at": .time(createdAt), "revision": spec == nil ? .null : .integer(Int64(clamping: revision)),
      "spec": spec?.outputValue ?? .null, "observed": observed?.outputValue ?? .null, "drift": .texts(drift),
      "placed": placed?.outputValue ?? .null, "operations": .list(operations.map(\.outputValue)),
      "constraints": constraints.outputValue,
    ])
  }

  /// The file of which `create` makes a VM like it.
  /// - Throws: ``FleetError`` with code `precondition` if no such file can.
  func file() throws(FleetError) -> String {
    guard let spec else {
      throw FleetError(
        .precondition, "VM \"\(vm.name)\" is not managed by Roost, which has no spec of it",
        hint: "take it in: roost adopt \(vm.name.shellQuoted) --host \(vm.host); all that is known of it: "
          + "roost show \(vm.name.shellQuoted) -o json")
    }
    return try VMFile.text(of: spec, asking: constraints, host: vm.host)
  }

  /// The view for people.
  func view(at now: Timestamp) -> Detail {
    var lines: [Detail.Line] = [
      .field("name", .init(vm.name, .heading)), .field("id", .init(vm.id.description)),
      .field("host", .init(vm.host)), .field("state", vm.stateCell(at: now)),
      .field("seen", .init(Age.text(of: vm.seenAt, at: now))),
      .field("managed", .init(vm.managed ? "yes" : "no")), .field("vcpus", .init(String(vm.vcpus))),
      .field("memory", .init(vm.memory.description)), .field("arch", .init(vm.architecture)),
    ]
    if let title = spec?.title { lines.insert(.field("title", .init(title)), at: 1) }
    if !vm.hostName.isEmpty { lines.append(.field("on host", .init("called \"\(vm.hostName)\" there", .caution))) }
    if !vm.doubt.isEmpty { lines.append(.field("unknown", .init(vm.doubt, .caution))) }
    if let reason = vm.state.reason { lines.append(.field("reason", .init(reason, .bad))) }
    if let machine = spec?.machine ?? observed?.effective?.machine, !machine.isEmpty {
      lines.append(.field("machine", .init(machine)))
    }
    if let display = vm.vnc {
      let place = display.port.map { "\(display.address):\($0)" } ?? "a socket"
      lines.append(.field("vnc", .init("\(place) on \(display.host)")))
    }
    if !vm.labels.isEmpty {
      let labels = vm.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.append(.field("labels", .init(labels.joined(separator: ", "))))
    }
    if let createdAt { lines.append(.field("created", .init(createdAt.description))) }
    lines += constraints.lines
    lines += section("interfaces", vm.nics.map { .init($0.line) })
    lines += section("disks", disks)
    lines += section("duplicates", vm.duplicates.map { .init($0.sentence, .bad) })
    lines += section("conflicts", vm.conflicts.map { .init($0, .bad) })
    lines += section("notes", vm.notes.filter { !drift.contains($0) }.map { .init($0, .caution) })
    lines += section("drift", drift.map { .init($0, .caution) })
    if let placed { lines += [.section("placed"), .text(.init(summary(of: placed)))] }
    lines += section("operations", operations.prefix(Self.shownOperations).map { .init($0.line(at: now)) } + older)
    return Detail(name: vm.name, lines: lines, outputValue: outputValue)
  }

  private var older: [Listing.Cell] {
    let count = max(0, operations.count - Self.shownOperations) + olderOperations
    return count == 0 ? [] : [.init("…and \(count) older: roost op list --vm \(vm.name.shellQuoted)", .faint)]
  }

  private var disks: [Listing.Cell] {
    if let configuration = observed?.effective {
      return configuration.disks.map { disk in
        let target = disk.isPassedThrough ? "in QEMU's arguments" : disk.target
        let place = (disk.place ?? disk.beneath.first)?.withoutMiddle(bytes: Self.placeBytes) ?? "empty"
        return .init("\(target)  \(disk.device)  \(place)\(disk.format.isEmpty ? "" : " (\(disk.format))")")
      }
    }
    return spec?.disks.map { .init("\($0.target)  \($0.device.rawValue)  \($0.sourceText)") } ?? []
  }

  /// Where the decision put it, and how to see why.
  private func summary(of decision: PlacementDecision) -> String {
    let score = decision.score.map { " with the score \(PlacementDecision.short($0))" } ?? ""
    let others = max(0, decision.ranking.count - 1) + decision.others
    let rest = "\(others) other\(others == 1 ? "" : "s"), \(decision.refused.count) refused"
    return "on \(decision.host ?? "no host")\(score); \(rest); why: roost show \(vm.name.shellQuoted) --why"
  }

  private func section(_ title: String, _ cells: [Listing.Cell]) -> [Detail.Line] {
    cells.isEmpty ? [] : [.section(title)] + cells.map { .text($0) }
  }
}

extension VMSummary.NIC {
  /// The interface on one line.
  fileprivate var line: String {
    let plug = network.isEmpty ? (bridge.isEmpty ? "" : "bridge \(bridge)") : "network \(network)"
    // One that several sources know stands there once.
    let known =
      addresses.isEmpty
      ? ips
      : ips.map { ip in
        let sources = addresses.filter { $0.ip == ip }.map(\.source)
        return sources.isEmpty ? ip : "\(ip) (\(sources.joined(separator: ", ")))"
      }
    return ([mac.description, plug] + known).filter { !$0.isEmpty }.joined(separator: "  ")
  }
}

extension VMDetail {
  /// The reasons for the VM's host, as stored when it was placed.
  var reasons: Detail {
    guard let placed else {
      let text = vm.managed ? "the decision was not stored" : "it was found there; Roost did not place it"
      return Detail(
        name: vm.name, lines: [.field("\(vm.name) is on \(vm.host)", .init(text))],
        outputValue: .object(["vm": .text(vm.name), "on": .text(vm.host), "placed": .null]))
    }
    let isThere = placed.host == vm.host
    let head = isThere ? "it was placed there" : "it was placed on \(placed.host ?? "no host") and moved since"
    return Detail(
      name: vm.name, lines: [.field("\(vm.name) is on \(vm.host)", .init(head))] + placed.reasons,
      outputValue: .object(["vm": .text(vm.name), "on": .text(vm.host), "placed": placed.outputValue]))
  }
}

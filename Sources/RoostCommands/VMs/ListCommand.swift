internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost list`
struct ListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the VMs of the fleet.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  @Option(help: ArgumentHelp("Only the VMs of this host.", valueName: "host"), completion: .hosts)
  var host: String?

  @Option(help: ArgumentHelp("Only the VMs with this MAC address, or with this part of one.", valueName: "mac"))
  var mac: String?

  @Option(help: ArgumentHelp("Only the VM known by this IP address.", valueName: "ip"))
  var ip: String?

  @Option(help: ArgumentHelp("Only the VM with this VNC port.", valueName: "port"))
  var port: UInt16?

  @Option(help: ArgumentHelp("Only the VMs of this placement group.", valueName: "name"))
  var group: String?

  @Option(help: ArgumentHelp("Only the VMs in this state, such as stopped.", valueName: "state"))
  var state: String?

  @Option(
    help: ArgumentHelp("Only the VMs with this label, KEY or KEY=VALUE; several must all match.", valueName: "label"))
  var label: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only the VMs whose name is like this, such as 'web-*'; ? stands for one character.", valueName: "pattern"))
  var name: String?

  @Flag(help: "Only the VMs that Roost manages, or only the others.")
  var kept: Kept?

  /// Which VMs to list: managed or unmanaged ones.
  enum Kept: String, EnumerableFlag {
    case managed, unmanaged
  }

  /// True if only some VMs were requested.
  private var isChoosing: Bool {
    !label.isEmpty || port != nil || kept != nil || [host, mac, ip, group, state, name].contains { $0 != nil }
  }

  private var request: Roost_V1_ListVMsRequest {
    .with {
      $0.host = host ?? ""
      $0.mac = mac ?? ""
      $0.ip = ip ?? ""
      $0.port = UInt32(port ?? 0)
      $0.group = group ?? ""
      $0.state = state ?? ""
      $0.labels = label
      $0.managed = kept.map { $0 == .managed ? "yes" : "no" } ?? ""
      $0.name = name ?? ""
      $0.namesOnly = output.output == .name
    }.inPages
  }

  func run(in environment: CommandEnvironment) async throws {
    let request = request
    let pattern = name.map { NamePattern($0) }
    try await environment.withFleet(connection) { fleet in
      try await watching.show(output, in: environment, of: fleet) { options, read in
        try await fleet.vms.list(request, options: options, onResponse: read)
      } listing: { page in
        guard page.filtered || group == nil && state == nil && label.isEmpty && kept == nil else {
          throw FleetError(
            .unsupported, "the coordinator is older than this roost and can't choose VMs by group, state or label",
            hint: "leave out --group, --state, --label, --managed and --unmanaged, or update the coordinator")
        }
        // A coordinator that is older than the pattern sends all names.
        let rows = page.vms.filter { pattern?.matches($0.name) ?? true }
        let now = environment.clock.now()
        guard !request.namesOnly else {
          return VMSummary.listing([], at: now, choosing: isChoosing).adding(names: rows.map(\.name))
        }
        return VMSummary.listing(
          try rows.map { try VMSummary($0) }, at: now, choosing: isChoosing,
          cells: watching.watch || output.output.hasCells, values: watching.watch || output.output.hasValues)
      }
    }
  }
}

extension Listing {
  /// The listing with more rows of which only the names are known.
  fileprivate func adding(names: [String]) -> Listing {
    Listing(
      columns: columns, rows: rows + names.map { Row(name: $0, cells: [], outputValue: .text($0)) }, empty: empty)
  }
}

extension VMSummary {
  /// The VM as `roost list -o json` has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "id": .text(id.description), "host": .optional(host), "state": .text(state.name),
      "certainty": .text(certainty.name), "seen_at": .time(seenAt), "managed": .flag(managed),
      "vcpus": .count(vcpus), "memory_bytes": .bytes(memory), "arch": .text(architecture),
      "nics": .list(nics.map(\.outputValue)), "vnc": vnc?.outputValue ?? .null, "labels": .labels(labels),
      "reason": state.reason.map { .text($0) } ?? .null, "conflicts": .texts(conflicts),
      "duplicates": .list(duplicates.map(\.outputValue)),
      // The key of the first releases; it goes with the next one.
      "twins": .list(duplicates.map(\.outputValue)), "notes": .texts(notes), "saved": .flag(isSaved),
      "host_name": .optional(hostName), "doubt": .optional(doubt),
    ])
  }

  /// The state for people, with its doubt and age.
  func stateCell(at now: Timestamp) -> Listing.Cell {
    let cell = stateText(at: now)
    return Listing.Cell(cell.text, cell.style, raw: .text(state.name))
  }

  private func stateText(at now: Timestamp) -> Listing.Cell {
    let name = isSaved ? "\(state.name) (saved)" : state.name
    return switch certainty {
    case .unknown(let since):
      Listing.Cell("\(name)? (seen \(Age.text(of: since, at: now)))", .caution)
    case .current:
      switch state {
      case .running: Listing.Cell(state.name, .good)
      case .failed: Listing.Cell(state.name, .bad)
      case .stopped: Listing.Cell(name, .faint)
      case .paused, .pending, .provisioning, .starting, .migrating, .deleting, .deleted:
        Listing.Cell(state.name, .caution)
      }
    }
  }

  /// The VMs as a listing.
  /// - Parameters:
  ///   - choosing: true if only some VMs were requested.
  ///   - cells: true if rows need their cells.
  ///   - values: true if rows need their values.
  static func listing(
    _ vms: [VMSummary], at now: Timestamp, choosing: Bool = false, cells: Bool = true, values: Bool = true
  ) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 24), .init("HOST", cut: 16), .init("STATE"), .init(csv: "certainty"),
        .init("VCPUS", right: true, drop: 3),
        .init("MEMORY", right: true, csv: "memory_bytes", drop: 2),
        .init("VNC", right: true), .init("IP", drop: 1, cut: 15), .init("MANAGED", wide: true),
        .init("MAC", wide: true),
        .init("NETWORK", wide: true), .init("ARCH", wide: true), .init("LABELS", wide: true), .init("ID", wide: true),
        .init("SEEN", wide: true, csv: "seen_at"), .init("NOTE", cut: 12),
      ],
      rows: vms.map { vm in
        Listing.Row(
          name: vm.name, cells: cells ? vm.cells(at: now) : [], outputValue: values ? vm.outputValue : .null)
      },
      empty: choosing
        ? "no VM is like that; all of them: roost list" : "no VMs; make one: roost create NAME --image IMAGE")
  }

  /// The first note, and the number of the others.
  private var firstNote: String? {
    guard let first = notes.first else { return nil }
    return notes.count > 1 ? "\(first) (and \(notes.count - 1) more: roost show \(name.shellQuoted))" : first
  }

  private func cells(at now: Timestamp) -> [Listing.Cell] {
    let first =
      duplicates.first { $0.isDoubleRun }?.sentence ?? conflicts.first ?? duplicates.first?.sentence ?? firstNote
      ?? state.reason ?? doubt
    let note = ((managed ? [] : ["unmanaged"]) + [first].filter { !$0.isEmpty }).joined(separator: "; ")
    return [
      .init(name), .init(host), stateCell(at: now), .init(certainty.name), .init(String(vcpus)), .init(memory),
      .init(vnc.map { $0.port.map(String.init) ?? "socket" } ?? ""), .init(nics.flatMap(\.ips).joined(separator: " ")),
      .init(managed ? "yes" : "no"), .init(nics.map(\.mac.description).joined(separator: " ")),
      .init(nics.map { $0.network.isEmpty ? $0.bridge : $0.network }.joined(separator: " ")), .init(architecture),
      .init(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      .init(id.description), .init(ageOf: seenAt, at: now),
      .init(note, conflicts.isEmpty && duplicates.isEmpty ? .faint : .bad),
    ]
  }
}

extension VMSummary.NIC {
  /// The interface as JSON has it.
  var outputValue: OutputValue {
    .object([
      "mac": .text(mac.description), "network": .optional(network), "bridge": .optional(bridge), "ips": .texts(ips),
      "addresses": .list(addresses.map(\.outputValue)),
    ])
  }
}

extension VMSummary.Display {
  /// The display as JSON has it.
  var outputValue: OutputValue {
    .object([
      "host": .text(host), "address": .optional(address), "port": port.map { .count($0) } ?? .null,
      "type": .text(port == nil ? "socket" : "port"),
    ])
  }
}

extension DuplicateVM {
  /// The duplicate as JSON has it.
  var outputValue: OutputValue {
    .object([
      "kind": .text(kind.rawValue), "vm": .text(other.vm), "vm_id": other.vmID.map { .text($0.description) } ?? .null,
      "host": .optional(other.host), "sentence": .text(sentence), "double_run": .flag(isDoubleRun),
    ])
  }
}

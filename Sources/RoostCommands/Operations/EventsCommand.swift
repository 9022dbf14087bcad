internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost events`
struct EventsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show the event log.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Only events after this number, or since a moment: 2h, yesterday, 2026-11-29 or 2026-11-29T10:00:00Z.",
      valueName: "when"))
  var since: String?

  @Option(help: ArgumentHelp("Only events before this moment, written as for --since.", valueName: "when"))
  var until: String?

  @Option(help: ArgumentHelp("Only events about this VM.", valueName: "name"), completion: .vms)
  var vm: String?

  @Option(
    help: ArgumentHelp("Only events about this host, or that it reported.", valueName: "host"), completion: .hosts)
  var host: String?

  @Flag(name: [.customShort("f"), .long], help: "Continue with new events; JSON is then one object a line.")
  var follow = false

  /// The number after which events are requested.
  private var number: UInt64 { since.flatMap { UInt64($0, radix: 10) } ?? 0 }

  private func query(_ environment: CommandEnvironment) throws(FleetError) -> EventQuery {
    let now = environment.clock.now()
    var query = EventQuery(vm: vm, host: host)
    if let since, UInt64(since, radix: 10) == nil { query.from = try Moment.read(since, at: now) }
    if let until { query.until = try Moment.read(until, at: now) }
    return query
  }

  private func request(_ query: EventQuery) -> Roost_V1_EventsRequest {
    .with {
      $0.since = number
      $0.follow = follow
      $0.vm = query.vm ?? ""
      $0.host = query.host ?? ""
      $0.from = query.from?.milliseconds ?? 0
      $0.until = query.until?.milliseconds ?? 0
    }
  }

  func run(in environment: CommandEnvironment) async throws {
    let query = try query(environment)
    try await environment.withFleet(connection) { fleet in
      guard follow else { return try await past(query, fleet, in: environment) }
      let interruption = InterruptSignal()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await present(query, fleet, in: environment) }
        group.addTask { await interruption.wait() }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  /// Prints a note if requested events were pruned.
  private func noteGap(_ message: Roost_V1_Event, in environment: CommandEnvironment) {
    guard message.oldestKept > 1, number < message.oldestKept - 1, !output.quiet else { return }
    environment.note("the events before number \(message.oldestKept) are not kept any more")
  }

  private func past(_ query: EventQuery, _ fleet: FleetClient, in environment: CommandEnvironment) async throws {
    try await fleet.operations.events(request(query), options: fleet.stream) { response in
      var printer = EventPrinter(output, in: environment)
      for try await message in response.messages {
        guard printer.wantsMore else { return }
        noteGap(message, in: environment)
        // A coordinator older than this filter sends all events.
        let event = try FleetEvent(message)
        if query.matches(event) { printer.show(event) }
      }
      printer.end()
    }
  }

  private func present(_ query: EventQuery, _ fleet: FleetClient, in environment: CommandEnvironment) async throws {
    let request = request(query)
    let colors = output.colors(for: environment.output, in: environment)
    try await fleet.operations.events(request, options: fleet.stream) { response in
      for try await message in response.messages {
        noteGap(message, in: environment)
        let event = try FleetEvent(message)
        guard query.matches(event) else { continue }
        switch output.output {
        case .table, .wide: environment.output.writeLine(event.line(colors))
        case .json: environment.output.writeLine(event.outputValue.compactJSON)
        case .yaml: environment.output.write("---\n" + event.outputValue.yaml)
        case .csv, .name:
          environment.output.write(
            View.listing(FleetEvent.listing([event])).render(as: output.output, colors: colors, header: false))
        }
        guard environment.output.isOpen else { return }
      }
    }
  }
}

/// Prints past events, some hundreds at a time.
struct EventPrinter {
  /// So many that a table's columns are wide enough from the start.
  private static let most = 500

  private var printer: ListingPrinter
  private var waiting: [FleetEvent] = []

  /// Begins a listing.
  init(_ options: OutputOptions, in environment: CommandEnvironment) {
    printer = ListingPrinter(options, in: environment)
  }

  /// False once nobody reads.
  var wantsMore: Bool { printer.wantsMore }

  /// Prints the next event, now or with later ones.
  mutating func show(_ event: FleetEvent) {
    waiting.append(event)
    if waiting.count >= Self.most { write() }
  }

  /// Ends the listing.
  mutating func end() {
    write()
    printer.end()
  }

  private mutating func write() {
    printer.show(FleetEvent.listing(waiting))
    waiting = []
  }
}

extension FleetEvent {
  /// The event as JSON has it.
  var outputValue: OutputValue {
    .object([
      "number": .integer(number), "at": .time(at), "kind": .text(kind), "subject": .optional(subject),
      "message": .text(message), "actor": .optional(actor),
    ])
  }

  /// The event on one line, for people who follow.
  func line(_ colors: Colors) -> String {
    let head = "\(number)  \(at)  "
    return colors(head, .faint) + colors(kind.terminalSafe, .heading) + "  \(message.terminalSafe)"
      + (actor.isEmpty || actor == "coordinator" ? "" : colors("  (\(actor.terminalSafe))", .faint))
  }

  /// The events as a listing.
  static func listing(_ events: [FleetEvent]) -> Listing {
    Listing(
      columns: [
        .init("NUMBER", right: true, drop: 2), .init("AT"), .init("KIND", cut: 16), .init("SUBJECT", wide: true),
        .init("ACTOR", drop: 1, cut: 12), .init("MESSAGE", cut: 24),
      ],
      rows: events.map { event in
        Listing.Row(
          name: String(event.number),
          cells: [
            .init(String(event.number)), .init(event.at.description), .init(event.kind), .init(event.subject),
            .init(event.actor), .init(event.message),
          ], outputValue: event.outputValue)
      }, empty: "no events")
  }
}

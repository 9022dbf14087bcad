internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost events`
struct EventsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show the record of all that happened.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only events after this number.", valueName: "number"))
  var since: UInt64 = 0

  @Flag(name: [.customShort("f"), .long], help: "Go on with those to come; JSON is then one object a line.")
  var follow = false

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      guard follow else {
        output.show(.listing(FleetEvent.listing(try await past(fleet, in: environment))), in: environment)
        return
      }
      let interruption = InterruptSignal()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await present(fleet, in: environment) }
        group.addTask { await interruption.wait() }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  /// Says so if events that were asked for are not kept any more.
  private func noteGap(_ message: Roost_V1_Event, in environment: CommandEnvironment) {
    guard message.oldestKept > 1, since < message.oldestKept - 1, !output.quiet else { return }
    environment.note("the events before number \(message.oldestKept) are not kept any more")
  }

  private func past(_ fleet: FleetClient, in environment: CommandEnvironment) async throws -> [FleetEvent] {
    try await fleet.operations.events(.with { $0.since = since }, options: fleet.stream) { response in
      var events: [FleetEvent] = []
      for try await message in response.messages {
        noteGap(message, in: environment)
        events.append(try FleetEvent(message))
      }
      return events
    }
  }

  private func present(_ fleet: FleetClient, in environment: CommandEnvironment) async throws {
    let request = Roost_V1_EventsRequest.with {
      $0.since = since
      $0.follow = true
    }
    let colors = output.colors(for: environment.output, in: environment)
    try await fleet.operations.events(request, options: fleet.stream) { response in
      for try await message in response.messages {
        noteGap(message, in: environment)
        let event = try FleetEvent(message)
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
        .init("NUMBER", right: true), .init("AT"), .init("KIND"), .init("SUBJECT", wide: true), .init("ACTOR"),
        .init("MESSAGE"),
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

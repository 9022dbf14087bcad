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

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      guard follow else {
        output.show(.listing(FleetEvent.listing(try await past(fleet, in: world))), in: world)
        return
      }
      let interruption = Interruption()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await present(fleet, in: world) }
        group.addTask { await interruption.wait() }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  /// Says so if events that were asked for are not kept any more.
  private func noteGap(_ message: Roost_V1_Event, in world: Surroundings) {
    guard message.oldestKept > 1, since < message.oldestKept - 1, !output.quiet else { return }
    world.note("the events before number \(message.oldestKept) are not kept any more")
  }

  private func past(_ fleet: FleetClient, in world: Surroundings) async throws -> [FleetEvent] {
    try await fleet.operations.events(.with { $0.since = since }, options: fleet.stream) { response in
      var events: [FleetEvent] = []
      for try await message in response.messages {
        noteGap(message, in: world)
        events.append(try FleetEvent(message))
      }
      return events
    }
  }

  private func present(_ fleet: FleetClient, in world: Surroundings) async throws {
    let request = Roost_V1_EventsRequest.with {
      $0.since = since
      $0.follow = true
    }
    let paint = output.paint(for: world.output, in: world)
    try await fleet.operations.events(request, options: fleet.stream) { response in
      for try await message in response.messages {
        noteGap(message, in: world)
        let event = try FleetEvent(message)
        switch output.output {
        case .table, .wide: world.output.writeLine(event.line(paint))
        case .json: world.output.writeLine(event.tree.compactJSON)
        case .yaml: world.output.write("---\n" + event.tree.yaml)
        case .csv, .name:
          world.output.write(
            View.listing(FleetEvent.listing([event])).render(as: output.output, paint: paint, header: false))
        }
        guard world.output.isOpen else { return }
      }
    }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost recover`
struct RecoverCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "recover", abstract: "Define VMs again that were undefined behind Roost's back.",
    discussion: """
      Made from spec, addresses and the disks that are on the host; nothing is made anew. A guest that still runs goes \
      on, and what it runs with becomes its definition.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait)
      try await Batch(client: fleet, world: world, output: output)(names) { name in
        let response = try await fleet.vms.recover(
          .with {
            $0.requestID = world.newRequestID()
            $0.vm = name
          }, options: fleet.brief)
        guard let operation = try await undertaking.follow(response.operation) else { return }
        output.confirm(
          "\(operation.subject) is defined on \(operation.host) again", .detail(operation.view(at: world.clock.now())),
          in: world)
      }
    }
  }
}

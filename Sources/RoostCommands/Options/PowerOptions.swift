internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// What the five verbs of power have in common.
struct PowerOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  /// Asks for the verb on every VM, then waits for each.
  func change(
    _ verb: PowerVerb, force: Bool = false, within seconds: Int64 = 0, done: String, in world: Surroundings
  ) async throws {
    try await world.withFleet(connection) { fleet in
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait)
      try await Batch(client: fleet, world: world, output: output)(names) { name in
        let response = try await fleet.vms.changePower(
          .with {
            $0.requestID = world.newRequestID()
            $0.vm = name
            $0.verb = verb.rawValue
            $0.force = force
            $0.timeoutSeconds = UInt32(clamping: seconds)
          }, options: fleet.brief)
        guard let operation = try await undertaking.follow(response.operation) else { return }
        output.confirm(
          "\(operation.subject) \(done) on \(operation.host)", .detail(operation.view(at: world.clock.now())),
          in: world)
      }
    }
  }
}

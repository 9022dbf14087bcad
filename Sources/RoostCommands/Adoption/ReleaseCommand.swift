internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost release`
struct ReleaseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Make managed VMs unmanaged; their guests are not touched.",
    discussion: "The guest, its definition and its disks stay as they are; only Roost's mark is taken out.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let follower = OperationFollower(
        client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
      try await Batch(client: fleet, environment: environment, output: output)(names) { name in
        let response = try await fleet.adoption.release(
          .with {
            $0.requestID = environment.newRequestID()
            $0.vm = name
          }, options: fleet.brief)
        guard let operation = try await follower.follow(response.operation) else { return }
        output.confirm(
          "\(operation.subject) on \(operation.host) is not managed any more",
          .detail(operation.view(at: environment.clock.now())), in: environment)
      }
    }
  }
}

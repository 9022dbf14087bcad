internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost delete`
struct DeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Destroy VMs and the disks that Roost made for them.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "Leave the disks on the host.")
  var keepDisks = false

  @Flag(name: .long, help: "Cut the power of a running VM, and drop a saved state.")
  var force = false

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in world: Surroundings) async throws {
    let disks = keepDisks ? "" : " and the disks that Roost made"
    try confirmation.confirm("delete \(names.joined(separator: ", "))\(disks)", in: world)
    try await world.withFleet(connection) { fleet in
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait)
      try await Batch(client: fleet, world: world, output: output)(names) { name in
        let response = try await fleet.vms.delete(
          .with {
            $0.requestID = world.newRequestID()
            $0.vm = name
            $0.keepDisks = keepDisks
            $0.force = force
          }, options: fleet.brief)
        guard let operation = try await undertaking.follow(response.operation) else { return }
        for note in operation.notes { world.note(note) }
        let view = operation.view(at: world.clock.now())
        output.confirm("\(operation.subject) is deleted", .detail(view), in: world)
      }
    }
  }
}

extension FleetOperation {
  /// What the host said of its steps, such as what was left there.
  fileprivate var notes: [String] {
    steps.filter { $0.state == .done }.flatMap { $0.detail.split(separator: "; ").map(String.init) }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost delete`
struct DeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Destroy VMs and the disks that Roost made for them.", aliases: ["rm"])

  @OptionGroup var options: OperationOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "Leave the disks on the host.")
  var keepDisks = false

  @Flag(name: .long, help: "Cut the power of a running VM, and drop a saved state.")
  var force = false

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in environment: CommandEnvironment) async throws {
    let disks = keepDisks ? "" : " and the disks that Roost made"
    try confirmation.confirm("delete \(names.joined(separator: ", "))\(disks)", in: environment)
    try await options.run(for: names, in: environment) { fleet, name in
      try await fleet.vms.delete(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = name
          $0.keepDisks = keepDisks
          $0.force = force
        }, options: fleet.brief
      ).operation
    } done: { operation in
      for note in operation.notes { environment.note(note) }
      return "\(operation.subject) is deleted"
    }
  }
}

extension FleetOperation {
  /// The host's notes on its steps, such as what was left there.
  fileprivate var notes: [String] {
    steps.filter { $0.state == .done }.flatMap { $0.detail.split(separator: "; ").map(String.init) }
  }
}

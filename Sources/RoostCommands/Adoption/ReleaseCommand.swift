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

  @OptionGroup var options: OperationOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in environment: CommandEnvironment) async throws {
    try await options.run(for: names, in: environment) { fleet, name in
      try await fleet.adoption.release(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = name
        }, options: fleet.brief
      ).operation
    } done: {
      "\($0.subject) on \($0.host) is not managed any more"
    }
  }
}

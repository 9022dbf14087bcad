internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost recover`
struct RecoverCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "recover", abstract: "Define VMs again that were undefined with virsh.",
    discussion: """
      Uses the spec, the addresses and the existing disks on the host. A guest that still runs keeps running, and its \
      present configuration becomes its definition.
      """)

  @OptionGroup var options: OperationOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  func run(in environment: CommandEnvironment) async throws {
    try await options.run(for: names, in: environment) { fleet, name in
      try await fleet.vms.recover(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = name
        }, options: fleet.brief
      ).operation
    } done: {
      "\($0.subject) is defined on \($0.host) again"
    }
  }
}

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

/// `roost forget`
struct ForgetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Remove a VM's record without changing its host.",
    discussion: """
      For a VM that its host does not have any more, or whose host is silent and will not come back. Its MAC addresses \
      enter quarantine, its VNC port is free. While its host is silent its guest may still run: then the name must be \
      typed again, and --yes does not suffice without --confirm.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Option(help: ArgumentHelp("The VM's name again, if its host is silent.", valueName: "name"))
  var confirm: String?

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.checkAskable("forget VM \"\(name)\"", given: confirm, in: environment)
    try await environment.withFleet(connection) { fleet in
      let vm = try VMSummary(try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief).vm)
      var typed = confirm ?? ""
      if case .unknown = vm.certainty {
        typed = try confirmation.confirmName(
          vm.name, given: confirm,
          "host \"\(vm.host)\" is unreachable, and the guest of VM \"\(vm.name)\" may still run there", in: environment)
      } else {
        try confirmation.confirm("forget VM \"\(vm.name)\"", in: environment)
      }
      let answer = try await fleet.vms.forget(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = vm.id.description
          $0.confirmedName = typed
        }, options: fleet.brief)
      let forgotten = try VMSummary(answer.vm)
      output.confirm(
        "\(forgotten.name) is forgotten; \(forgotten.host) was not touched",
        .detail(Detail(name: forgotten.name, lines: [], outputValue: forgotten.outputValue)), in: environment)
    }
  }
}

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

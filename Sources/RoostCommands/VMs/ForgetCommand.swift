internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

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

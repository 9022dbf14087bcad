internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost forget`
struct ForgetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Take a VM off the books without touching its host.",
    discussion: """
      For a VM that its host does not have any more, or whose host is silent and will not come back. Its MAC addresses \
      rest in quarantine, its VNC port is free. While its host is silent its guest may still run: then the name is \
      typed once more, and --yes does not suffice without --confirm.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Option(help: ArgumentHelp("The VM's name once more, if its host is silent.", valueName: "name"))
  var confirm: String?

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in world: Surroundings) async throws {
    try confirmation.checkAskable("take VM \"\(name)\" off the books", given: confirm, in: world)
    try await world.withFleet(connection) { fleet in
      let vm = try VMSummary(try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief).vm)
      var typed = confirm ?? ""
      if case .unknown = vm.certainty {
        typed = try confirmation.confirmName(
          vm.name, given: confirm,
          "host \"\(vm.host)\" is silent, and the guest of VM \"\(vm.name)\" may still run there", in: world)
      } else {
        try confirmation.confirm("take VM \"\(vm.name)\" off the books", in: world)
      }
      let answer = try await fleet.vms.forget(
        .with {
          $0.requestID = world.newRequestID()
          $0.vm = vm.id.description
          $0.confirmedName = typed
        }, options: fleet.brief)
      let forgotten = try VMSummary(answer.vm)
      output.confirm(
        "\(forgotten.name) is off the books; \(forgotten.host) was not touched",
        .detail(Detail(name: forgotten.name, lines: [], tree: forgotten.tree)), in: world)
    }
  }
}

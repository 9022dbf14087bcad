internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost show`
struct ShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a VM: spec, state, addresses, drift, and why it is where it is.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Only why it is where it is: the decision that placed it.")
  var why = false

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief)
      let detail = try VMDetail(response)
      output.show(.detail(why ? detail.reasons : detail.view(at: world.clock.now())), in: world)
    }
  }
}

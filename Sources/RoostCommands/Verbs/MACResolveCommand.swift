internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac resolve`
struct MACResolveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Say what can be done about a MAC address that several VMs have, or do it.",
    discussion: "Without a choice nothing changes: the owners are listed, and the commands to type.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Option(
    help: ArgumentHelp("Give this managed VM, which is off, another address.", valueName: "vm"), completion: .vms)
  var newMac: String?

  @Option(
    help: ArgumentHelp("Take the link of this managed VM, which runs, down.", valueName: "vm"), completion: .vms)
  var linkDown: String?

  @Flag(help: "Let them share it, until one comes or goes.")
  var accept = false

  @Argument(help: "The MAC address.")
  var mac: String

  func run(in world: Surroundings) async throws {
    guard let mac = MACAddress(mac) else {
      throw FleetError.usage("\"\(mac.printable)\" is not a MAC address", hint: "roost mac conflicts")
    }
    let choices = [newMac.map { ("new_mac", $0) }, linkDown.map { ("link_down", $0) }, accept ? ("accept", "") : nil]
      .compactMap { $0 }
    guard choices.count <= 1 else {
      throw FleetError.usage("--new-mac, --link-down and --accept exclude each other", hint: "choose one")
    }
    let choice = choices.first ?? ("", "")
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.enforcement.resolveMAC(
        .with {
          $0.requestID = world.newRequestID()
          $0.mac = mac.description
          $0.choice = choice.0
          $0.vm = choice.1
        }, options: fleet.brief)
      let resolution = try MACResolution(response)
      guard response.hasOperation else {
        if choice.0.isEmpty { return output.show(.detail(resolution.view), in: world) }
        return output.confirm(
          "\(mac) may be shared as long as nobody comes or goes", .detail(resolution.view), in: world)
      }
      let undertaking = Undertaking(
        client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait)
      guard let operation = try await undertaking.follow(response.operation) else { return }
      let done =
        choice.0 == "new_mac"
        ? "\(operation.subject) has MAC \(response.newMac) now"
        : "the link of \(mac) of \(operation.subject) is down until it starts anew; the conflict stays listed"
      output.confirm(done, .detail(operation.view(at: world.clock.now())), in: world)
    }
  }
}

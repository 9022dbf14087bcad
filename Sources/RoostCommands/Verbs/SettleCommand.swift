internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost settle`
struct SettleCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Show what a restored coordinator waits for, and where it and the hosts differ.",
    discussion: """
      A coordinator that finds its database older than the fleet hands nothing out until every known host has \
      reported. --force ends that without them: what a host knows that has not reported may then be handed out twice. \
      A host's word for how far the fleet has come counts only with a coordinator's signature, which agents of early \
      releases do not keep: --believe takes the word of such a host.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "End settling without the hosts that have not reported.")
  var force = false

  @Option(name: .long, help: "Take a host's word for how far the fleet has come, without proof.", completion: .hosts)
  var believe: String?

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      var response = try await fleet.settling.show(.init(), options: fleet.brief)
      if let believe {
        try confirmation.confirm("believe host \"\(believe)\"", in: world)
        response = try await fleet.settling.believe(.with { $0.host = believe }, options: fleet.brief)
      }
      if force {
        if !response.waiting.isEmpty {
          try confirmation.confirm("settle without \(response.waiting.joined(separator: ", "))", in: world)
        }
        response = try await fleet.settling.finish(.init(), options: fleet.brief)
      }
      output.show(.detail(SettlingView(response).view), in: world)
    }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host revoke`
struct HostRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Cut a host off at once, with VMs on it or not.",
    discussion: """
      Its certificates are revoked, and its connection ends with all that goes over it: consoles, displays, images. Its \
      guests are not touched, its VMs stay in the fleet, and their state is unknown from then on. To let it back in: \
      roost host token create --name NAME, and roost-agent join there. To let it go: roost host remove NAME.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("cut host \"\(name)\" off", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.revoke(
        .with {
          $0.requestID = world.newRequestID()
          $0.host = name
        }, options: fleet.brief)
      let host = try HostSummary(response.host)
      output.confirm(
        "\(host.name) is cut off; \(response.certificates) certificates are revoked",
        .detail(Detail(name: host.name, lines: [], tree: host.tree)), in: world)
    }
  }
}

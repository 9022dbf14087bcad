internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host disregard`
struct HostDisregardCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "disregard", abstract: "Let what a host claims to run hinder nobody else.",
    discussion: """
      A host that reports guests with the addresses, identities or disks of others' VMs keeps those from being started, \
      and is shown for it. After this its claims are still shown, but they keep nobody from anything: look first \
      whether those guests really run there, for then two would run on one disk. --off lets its claims count again.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  @Flag(name: .long, help: "Let its claims count again.")
  var off = false

  func run(in world: Surroundings) async throws {
    if !off { try confirmation.confirm("disregard what host \"\(name)\" claims to run", in: world) }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.disregard(
        .with {
          $0.requestID = world.newRequestID()
          $0.host = name
          $0.disregarded = !off
        }, options: fleet.brief)
      let host = try HostSummary(response.host)
      output.confirm(
        off ? "what \(host.name) claims counts again" : "what \(host.name) claims hinders nobody any more",
        .detail(Detail(name: host.name, lines: [], tree: host.tree)), in: world)
    }
  }
}

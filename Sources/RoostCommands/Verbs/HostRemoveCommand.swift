internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host remove`
struct HostRemoveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Let a host leave the fleet; its guests are not touched.",
    discussion: """
      The VMs that Roost manages on it are given back first: roost release NAME…. With --lost a host that will not \
      come back goes with all it had: its VMs are off the books, its certificates revoked. It must be unreachable, and \
      its name is typed once more: --yes does not suffice without --confirm. The MAC addresses that a host was last \
      seen with rest in quarantine, since its guests may go on with them.
      """, aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "It will not come back: its VMs go off the books with it.")
  var lost = false

  @Option(help: ArgumentHelp("The name of a lost host once more.", valueName: "name"))
  var confirm: String?

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  func run(in world: Surroundings) async throws {
    if !lost { try confirmation.checkAskable("let host \"\(name)\" leave the fleet", in: world) }
    try await world.withFleet(connection) { fleet in
      let host = try HostSummary(try await fleet.hosts.get(.with { $0.host = name }, options: fleet.brief).host)
      let listed = try await fleet.vms.list(.with { $0.host = host.name }, options: fleet.brief).vms
      let vms = try listed.map { try VMSummary($0) }
      let typed = try confirmed(host.name, vms, in: world)
      let response = try await fleet.hosts.remove(
        .with {
          $0.requestID = world.newRequestID()
          $0.host = host.id.description
          $0.lost = lost
          $0.confirmedName = typed
        }, options: fleet.brief)
      if !output.quiet { for note in response.notes { world.note(note) } }
      output.confirm(
        "\(host.name) \(lost ? "is off the books with all it had" : "left the fleet")",
        .detail(Detail(name: host.name, lines: [], tree: host.tree)), in: world)
    }
  }

  /// Asks with the names of all that is concerned.
  private func confirmed(_ host: String, _ vms: [VMSummary], in world: Surroundings) throws(FleetError) -> String {
    if lost {
      let managed = vms.filter(\.managed)
      let what = managed.isEmpty ? "" : ", and these VMs go off the books with it: \(Self.names(of: managed))"
      return try confirmation.confirmName(
        host, given: confirm, "host \"\(host)\" is called lost\(what)", in: world)
    }
    let stay = vms.isEmpty ? "" : "; these VMs stay there without it: \(Self.names(of: vms))"
    try confirmation.confirm("let host \"\(host)\" leave the fleet\(stay)", in: world)
    return confirm ?? ""
  }

  private static func names(of vms: [VMSummary]) -> String {
    let names = vms.prefix(20).map { $0.state == .running ? "\($0.name) (running)" : $0.name }
    return names.joined(separator: ", ") + (vms.count > 20 ? " and \(vms.count - 20) more" : "")
  }
}

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

  func run(in environment: CommandEnvironment) async throws {
    if !lost { try confirmation.checkAskable("let host \"\(name)\" leave the fleet", in: environment) }
    try await environment.withFleet(connection) { fleet in
      let host = try HostSummary(try await fleet.hosts.get(.with { $0.host = name }, options: fleet.brief).host)
      let listed = try await fleet.vms.list(.with { $0.host = host.name }, options: fleet.brief).vms
      let vms = try listed.map { try VMSummary($0) }
      let typed = try confirmed(host.name, vms, in: environment)
      let response = try await fleet.hosts.remove(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = host.id.description
          $0.lost = lost
          $0.confirmedName = typed
        }, options: fleet.brief)
      if !output.quiet { for note in response.notes { environment.note(note) } }
      output.confirm(
        "\(host.name) \(lost ? "is off the books with all it had" : "left the fleet")",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }

  /// Asks for confirmation, naming every affected VM.
  private func confirmed(_ host: String, _ vms: [VMSummary], in environment: CommandEnvironment) throws(FleetError)
    -> String
  {
    if lost {
      let managed = vms.filter(\.managed)
      let what = managed.isEmpty ? "" : ", and these VMs go off the books with it: \(Self.names(of: managed))"
      return try confirmation.confirmName(
        host, given: confirm, "host \"\(host)\" is called lost\(what)", in: environment)
    }
    let stay = vms.isEmpty ? "" : "; these VMs stay there without it: \(Self.names(of: vms))"
    try confirmation.confirm("let host \"\(host)\" leave the fleet\(stay)", in: environment)
    return confirm ?? ""
  }

  private static func names(of vms: [VMSummary]) -> String {
    let names = vms.prefix(20).map { $0.state == .running ? "\($0.name) (running)" : $0.name }
    return names.joined(separator: ", ") + (vms.count > 20 ? " and \(vms.count - 20) more" : "")
  }
}

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

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("cut host \"\(name)\" off", in: environment)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.revoke(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = name
        }, options: fleet.brief)
      let host = try HostSummary(response.host)
      output.confirm(
        "\(host.name) is cut off; \(response.certificates) certificates are revoked",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }
}

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

  func run(in environment: CommandEnvironment) async throws {
    if !off { try confirmation.confirm("disregard what host \"\(name)\" claims to run", in: environment) }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.disregard(
        .with {
          $0.requestID = environment.newRequestID()
          $0.host = name
          $0.disregarded = !off
        }, options: fleet.brief)
      let host = try HostSummary(response.host)
      output.confirm(
        off ? "what \(host.name) claims counts again" : "what \(host.name) claims hinders nobody any more",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }
}

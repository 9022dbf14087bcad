internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host remove`
struct HostRemoveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a host from the fleet; its guests are not touched.",
    discussion: """
      Release the VMs that Roost manages on it first: roost release NAME…. --lost removes a host that will not come \
      back together with its VMs, and revokes its certificates. It must be unreachable, and its name must be typed \
      again: --yes does not suffice without --confirm. The MAC addresses that a host was last seen with enter \
      quarantine, since its guests may still use them.
      """, aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "It will not come back: remove its VMs' records too.")
  var lost = false

  @Option(help: ArgumentHelp("The name of a lost host again.", valueName: "name"))
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
        "\(host.name) \(lost ? "is removed with its VMs" : "left the fleet")",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }

  /// Asks for confirmation, naming every affected VM.
  private func confirmed(_ host: String, _ vms: [VMSummary], in environment: CommandEnvironment) throws(FleetError)
    -> String
  {
    if lost {
      let managed = vms.filter(\.managed)
      let what = managed.isEmpty ? "" : ", and with it the records of these VMs: \(Self.names(of: managed))"
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
    commandName: "revoke", abstract: "Revoke a host at once, with or without VMs on it.",
    discussion: """
      Revokes its certificates and ends its connection with everything on it: consoles, displays, images. Its guests \
      are not touched, its VMs stay in the fleet, and their state is unknown from then on. To readmit it: roost host \
      token create --name NAME, and roost-agent join there. To remove it: roost host remove NAME.
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
    commandName: "disregard", abstract: "Ignore a host's claims about VMs.",
    discussion: """
      A host that reports guests with the addresses, identities or disks of other hosts' VMs prevents those from being \
      started, and is shown with its claims. After this command its claims are still shown, but prevent nothing: check \
      first that those guests do not run there, or two guests may run on one disk. --off regards its claims again.
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
        off ? "what \(host.name) claims counts again" : "what \(host.name) claims is ignored",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }
}

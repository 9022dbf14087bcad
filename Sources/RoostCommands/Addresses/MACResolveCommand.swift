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
    help: ArgumentHelp("Give this managed VM, which is stopped, another address.", valueName: "vm"), completion: .vms)
  var newMac: String?

  @Option(
    help: ArgumentHelp("Take the link of this managed VM, which runs, down.", valueName: "vm"), completion: .vms)
  var linkDown: String?

  @Flag(help: "Let them share it, until one comes or goes.")
  var accept = false

  @Argument(help: "The MAC address.")
  var mac: String

  func run(in environment: CommandEnvironment) async throws {
    guard let mac = MACAddress(mac) else {
      throw FleetError.usage("\"\(mac.printable)\" is not a MAC address", hint: "roost mac conflicts")
    }
    let choices = [newMac.map { ("new_mac", $0) }, linkDown.map { ("link_down", $0) }, accept ? ("accept", "") : nil]
      .compactMap { $0 }
    guard choices.count <= 1 else {
      throw FleetError.usage("--new-mac, --link-down and --accept exclude each other", hint: "choose one")
    }
    let choice = choices.first ?? ("", "")
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.enforcement.resolveMAC(
        .with {
          $0.requestID = environment.newRequestID()
          $0.mac = mac.description
          $0.choice = choice.0
          $0.vm = choice.1
        }, options: fleet.brief)
      let resolution = try MACResolution(response)
      guard response.hasOperation else {
        if choice.0.isEmpty { return output.show(.detail(resolution.view), in: environment) }
        return output.confirm(
          "\(mac) may be shared as long as nobody comes or goes", .detail(resolution.view), in: environment)
      }
      let follower = OperationFollower(
        client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
      guard let operation = try await follower.follow(response.operation) else { return }
      let done =
        choice.0 == "new_mac"
        ? "\(operation.subject) has MAC \(response.newMac) now"
        : "the link of \(mac) of \(operation.subject) is down until it starts anew; the conflict stays listed"
      output.confirm(done, .detail(operation.view(at: environment.clock.now())), in: environment)
    }
  }
}

/// A shared address with all its owners and the possible solutions.
struct MACResolution: Sendable {
  private let entry: MACLedgerEntry
  private let message: Roost_V1_ResolveMACResponse

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_ResolveMACResponse) throws(FleetError) {
    entry = try MACLedgerEntry(message.entry)
    self.message = message
  }

  /// The view for people.
  var view: Detail {
    var lines: [Detail.Line] = [.text(.init(message.sentence.printable, .bad))]
    if message.accepted { lines.append(.text("it is accepted that they share it")) }
    if !message.choices.isEmpty { lines.append(.section("what can be done")) }
    for choice in message.choices {
      lines.append(.text(.init(choice.command.printable, .heading)))
      lines.append(.text(.init("  " + choice.effect.printable)))
    }
    return Detail(name: entry.mac.description, lines: lines, outputValue: outputValue)
  }

  private var outputValue: OutputValue {
    .object([
      "mac": .text(entry.mac.description), "kind": .text(message.kind), "sentence": .text(message.sentence),
      "accepted": .flag(message.accepted), "owners": .list(entry.claimants.map(\.outputValue)),
      "choices": .list(
        message.choices.map { .object(["command": .text($0.command), "effect": .text($0.effect)]) }),
    ])
  }
}

internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost policy`
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "The fleet's policy for placements and for starts past Roost.",
    subcommands: [PolicyShowCommand.self, PolicySetCommand.self, PolicyRulesCommand.self])
}

/// `roost policy show`
struct PolicyShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the policy, the number of judged starts, and how the fleet breaks it.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.enforcement.getPolicy(.init(), options: fleet.brief)
      let starts = try OutOfBandPolicy(response.policy).view(try StartCounts(response.counts))
      let answer = try await fleet.planning.getPolicy(.init(), options: fleet.brief)
      let placement = PlacementPolicyView(policy: try PlacementPolicy(answer.policy), broken: answer.broken)
      let display = try await displays(of: fleet)
      let detail = Detail(
        name: starts.name, lines: starts.lines + placement.detail.lines + (display?.detail.lines ?? []),
        outputValue: starts.outputValue.adding([
          "placement": placement.detail.outputValue, "vnc": display.map { .text($0.mode.rawValue) } ?? .null,
        ]))
      output.show(.detail(detail), in: environment)
    }
  }
}

extension PolicyShowCommand {
  /// The default for displays; nil from a coordinator that is older than it.
  private func displays(of fleet: FleetClient) async throws -> VNCPolicyView? {
    do {
      let answer = try await fleet.addresses.setVNCDefault(.init(), options: fleet.brief)
      return VNCPolicyView(mode: try VNCMode(named: answer.mode))
    } catch let error as RPCError where error.code == .unimplemented {
      return nil
    }
  }
}

/// `roost policy rules`
struct PolicyRulesCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Show the rules between VMs, or replace them by those of a YAML file.",
    discussion: """
      The file has rules in the form of a fleet file: rules: [{apart: web}, {apart_by: {group: web, label: rack}}, \
      {together: db, soft: true}]. A VM gets its groups from the key group of its file, or from create --group. VMs \
      that break a rule stay where they are; balance plan plans their moves.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A YAML file, or - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Flag(name: .long, help: "Remove all rules.")
  var clear = false

  func run(in environment: CommandEnvironment) async throws {
    guard file != nil || clear else {
      try await show(in: environment)
      return
    }
    guard file == nil || !clear else { throw FleetError.usage("rules come from -f FILE, or go with --clear") }
    var request = Roost_V1_SetPlacementPolicyRequest()
    request.replaceRules = true
    if let file {
      let input = InputFile(path: file)
      let read = try FleetFile(try input.text(limitBytes: FleetFile.limitBytes), file: input.label)
      guard !read.policy.rules.isEmpty else {
        throw FleetError(
          .invalid, "\(input.label) has no rules", hint: "take all away with: roost policy rules --clear")
      }
      request.rules = read.policy.rules.map(\.message)
    }
    let order = request
    try await environment.withFleet(connection) { fleet in
      var order = order
      order.requestID = environment.newRequestID()
      let response = try await fleet.planning.setPolicy(order, options: fleet.brief)
      let view = PlacementPolicyView(policy: try PlacementPolicy(response.policy), broken: response.broken)
      if !output.quiet {
        for sentence in response.broken { environment.note("broken now: \(sentence)") }
        for group in try await emptyGroups(of: view.policy.rules, fleet) {
          environment.note("no VM is in the group \"\(group)\" yet: roost set NAME group=\(group)")
        }
      }
      output.confirm(view.policy.sentence, .detail(view.detail), in: environment)
    }
  }

  private func show(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let policy = try PlacementPolicy(try await fleet.planning.getPolicy(.init(), options: fleet.brief).policy)
      let lines: [Detail.Line] = policy.rules.map { .text(.init($0.sentence)) }
      if lines.isEmpty, !output.quiet { environment.note("there are no rules; make some: roost policy rules -f FILE") }
      output.show(
        .detail(
          Detail(
            name: "rules", lines: lines, outputValue: .object(["rules": .list(policy.rules.map(\.outputValue))]))),
        in: environment)
    }
  }

  /// The groups that rules speak of and no VM is in.
  private func emptyGroups(of rules: [PlacementRule], _ fleet: FleetClient) async throws -> [String] {
    var empty: [String] = []
    for group in Set(rules.map(\.group)).sorted() {
      let response = try await fleet.vms.list(.with { $0.group = group }, options: fleet.brief)
      if response.filtered, response.vms.isEmpty { empty.append(group) }
    }
    return empty
  }
}

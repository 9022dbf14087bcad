internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost policy rules`
struct PolicyRulesCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Replace the rules between VMs by those of a YAML file.",
    discussion: """
      The file has rules as a fleet file has them: rules: [{apart: web}, {apart_by: {group: web, label: rack}}, \
      {together: db, soft: true}]. Groups are what VMs are made with: group in their file, or create --group. VMs that \
      break a rule stay where they are; balance plan mends it.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A YAML file, or - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Flag(name: .long, help: "Take all rules away.")
  var clear = false

  func run(in world: Surroundings) async throws {
    guard (file != nil) != clear else { throw FleetError.usage("rules come from -f FILE, or go with --clear") }
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
    try await world.withFleet(connection) { fleet in
      var order = order
      order.requestID = world.newRequestID()
      let response = try await fleet.planning.setPolicy(order, options: fleet.brief)
      let view = PlacementPolicyView(policy: try FleetPolicy(response.policy), broken: response.broken)
      if !output.quiet { for sentence in response.broken { world.note("broken now: \(sentence)") } }
      output.confirm(view.policy.sentence, .detail(view.detail), in: world)
    }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost policy set`
struct PolicySetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change the policy.",
    discussion: """
      out-of-band=observe|warn|block   a start with virsh or virt-manager whose MAC a running VM has: nothing, an
                                       event, or a refusal
      unanswered=fail-open|fail-closed a start that nobody judges in time goes on, or does not
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only for interfaces on this network or bridge.", valueName: "network"))
  var network: String?

  @Flag(help: "Let the network follow the fleet again.")
  var forget = false

  @Argument(help: ArgumentHelp("What to change.", valueName: "key=value"))
  var settings: [String] = []

  func run(in world: Surroundings) async throws {
    var request = Roost_V1_SetPolicyRequest.with {
      $0.network = network ?? ""
      $0.forgetNetwork = forget
    }
    guard !forget || network != nil else {
      throw FleetError.usage("--forget goes with --network", hint: "roost policy set --network br0 --forget")
    }
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      switch (parts.first, parts.count) {
      case ("out-of-band", 2): request.outOfBand = parts[1]
      case ("unanswered", 2): request.unanswered = parts[1]
      default:
        throw FleetError.usage(
          "\"\(setting.printable)\" is nothing that can be set",
          hint: "roost policy set out-of-band=block unanswered=fail-open")
      }
    }
    let order = request
    try await world.withFleet(connection) { fleet in
      var order = order
      order.requestID = world.newRequestID()
      let response = try await fleet.enforcement.setPolicy(order, options: fleet.brief)
      let policy = try StartPolicy(response.policy)
      let counts = try StartCounts(response.counts)
      output.confirm(policy.sentence, .detail(policy.view(counts)), in: world)
    }
  }
}

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
      survive=0|1|2                    so many hosts may fail at once and the rest take their VMs: a new VM that
                                       would break that is refused
      aim=spread|pack|balanced|power   how to choose among hosts unless a VM says so itself
      weight.TERM=NUMBER|default       how much a term of a host's score counts
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
    var settings = try PolicySettings(settings)
    settings.starts.network = network ?? ""
    settings.starts.forgetNetwork = forget
    guard !forget || network != nil else {
      throw FleetError.usage("--forget goes with --network", hint: "roost policy set --network br0 --forget")
    }
    guard !settings.speaksOfPlacement || network == nil else {
      throw FleetError.usage("--network goes with out-of-band", hint: "set what is for placements by itself")
    }
    let wanted = settings
    try await world.withFleet(connection) { fleet in
      if wanted.speaksOfPlacement { try await setPlacement(wanted.placement, fleet, in: world) }
      if wanted.speaksOfStarts || !wanted.speaksOfPlacement { try await setStarts(wanted.starts, fleet, in: world) }
    }
  }

  private func setStarts(_ request: Roost_V1_SetPolicyRequest, _ fleet: FleetClient, in world: Surroundings)
    async throws
  {
    var request = request
    request.requestID = world.newRequestID()
    let response = try await fleet.enforcement.setPolicy(request, options: fleet.brief)
    let policy = try StartPolicy(response.policy)
    let counts = try StartCounts(response.counts)
    output.confirm(policy.sentence, .detail(policy.view(counts)), in: world)
  }

  private func setPlacement(
    _ request: Roost_V1_SetPlacementPolicyRequest, _ fleet: FleetClient, in world: Surroundings
  ) async throws {
    var request = request
    request.requestID = world.newRequestID()
    let response = try await fleet.planning.setPolicy(request, options: fleet.brief)
    let view = PlacementPolicyView(policy: try FleetPolicy(response.policy), broken: response.broken)
    if !output.quiet { for sentence in response.broken { world.note("broken now: \(sentence)") } }
    output.confirm(view.policy.sentence, .detail(view.detail), in: world)
  }
}

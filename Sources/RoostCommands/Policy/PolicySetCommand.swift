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
      out-of-band=observe|warn|block
        a start with virsh whose MAC a running VM has: nothing, an event, a refusal
      unanswered=fail-open|fail-closed
        a start that nobody judges in time goes on, or does not
      survive=0|1|2
        so many hosts may fail at once, and the rest take their VMs
      aim=spread|pack|balanced|power
        how to choose among hosts unless a VM says so itself
      weight.TERM=NUMBER|default
        how much a term of a host's score counts
      vnc=port|socket|none
        the VNC display of a new VM that does not choose: at a TCP port, of which a fleet has a range, on a unix \
        socket of its host, or none
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only for interfaces on this network or bridge.", valueName: "network"))
  var network: String?

  @Flag(help: "Let the network follow the fleet again.")
  var forget = false

  @Argument(
    help: ArgumentHelp("What to change.", valueName: "key=value"),
    completion: .list(VNCMode.allCases.map { "vnc=\($0.rawValue)" }))
  var settings: [String] = []

  func run(in environment: CommandEnvironment) async throws {
    var settings = try PolicySettings(settings)
    settings.starts.network = network ?? ""
    settings.starts.forgetNetwork = forget
    guard !forget || network != nil else {
      throw FleetError.usage("--forget goes with --network", hint: "roost policy set --network br0 --forget")
    }
    guard !settings.speaksOfPlacement && settings.vnc == nil || network == nil else {
      throw FleetError.usage("--network goes with out-of-band", hint: "set what is for placements by itself")
    }
    let wanted = settings
    try await environment.withFleet(connection) { fleet in
      if wanted.speaksOfPlacement { try await setPlacement(wanted.placement, fleet, in: environment) }
      if let mode = wanted.vnc { try await setVNC(mode, fleet, in: environment) }
      if wanted.speaksOfStarts || !wanted.speaksOfPlacement && wanted.vnc == nil {
        try await setStarts(wanted.starts, fleet, in: environment)
      }
    }
  }

  private func setVNC(_ mode: VNCMode, _ fleet: FleetClient, in environment: CommandEnvironment) async throws {
    let response = try await fleet.addresses.setVNCDefault(
      .with {
        $0.requestID = environment.newRequestID()
        $0.mode = mode.rawValue
      }, options: fleet.brief)
    let policy = VNCPolicyView(mode: try VNCMode(named: response.mode))
    output.confirm(policy.sentence, .detail(policy.detail), in: environment)
  }

  private func setStarts(_ request: Roost_V1_SetPolicyRequest, _ fleet: FleetClient, in environment: CommandEnvironment)
    async throws
  {
    var request = request
    request.requestID = environment.newRequestID()
    let response = try await fleet.enforcement.setPolicy(request, options: fleet.brief)
    let policy = try OutOfBandPolicy(response.policy)
    let counts = try StartCounts(response.counts)
    output.confirm(policy.sentence, .detail(policy.view(counts)), in: environment)
  }

  private func setPlacement(
    _ request: Roost_V1_SetPlacementPolicyRequest, _ fleet: FleetClient, in environment: CommandEnvironment
  ) async throws {
    var request = request
    request.requestID = environment.newRequestID()
    let response = try await fleet.planning.setPolicy(request, options: fleet.brief)
    let view = PlacementPolicyView(policy: try PlacementPolicy(response.policy), broken: response.broken)
    if !output.quiet {
      for sentence in response.broken { environment.note("broken now: \(sentence)") }
      if request.survive > 0, !response.broken.isEmpty {
        environment.note("while the fleet would not outlive such a loss, no new VM is let in")
      }
    }
    output.confirm(view.policy.sentence, .detail(view.detail), in: environment)
  }
}

/// The settings of `roost policy set`, split by recipient.
struct PolicySettings: Sendable {
  /// The settings for starts past Roost.
  var starts = Roost_V1_SetPolicyRequest()
  /// The settings for placements.
  var placement = Roost_V1_SetPlacementPolicyRequest()
  /// The VNC display of new VMs; nil to leave it as it is.
  private(set) var vnc: VNCMode?
  /// True if a setting is for placements.
  private(set) var speaksOfPlacement = false
  /// True if a setting is for starts.
  private(set) var speaksOfStarts = false

  /// Reads `key=value` settings.
  /// - Throws: ``FleetError`` with code `usage`.
  init(_ settings: [String]) throws(FleetError) {
    for setting in settings { try take(setting) }
  }

  private mutating func take(_ setting: String) throws(FleetError) {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw Self.unknown(setting) }
    let (key, value) = (parts[0], parts[1])
    switch key {
    case "out-of-band":
      starts.outOfBand = value
      speaksOfStarts = true
    case "unanswered":
      starts.unanswered = value
      speaksOfStarts = true
    case "vnc":
      guard let mode = VNCMode(rawValue: value) else {
        throw .usage("vnc is \"\(value.printable)\"; it is port, socket or none")
      }
      vnc = mode
    case "survive":
      guard let losses = UInt32(value), losses <= 2 else {
        throw .usage("survive is \"\(value.printable)\"; it is 0, 1 or 2")
      }
      placement.survive = losses
      speaksOfPlacement = true
    case "aim", "policy":
      guard PlacementStrategy(rawValue: value) != nil else {
        let known = PlacementStrategy.allCases.map(\.rawValue).joined(separator: ", ")
        throw .usage("\(key) is \"\(value.printable)\"; it is one of \(known)")
      }
      placement.aim = value
      speaksOfPlacement = true
    case _ where key.hasPrefix("weight."):
      let isBuiltIn = value == "default"
      guard let weight = isBuiltIn ? -1 : Double(value), isBuiltIn || (0...1000).contains(weight) else {
        throw .usage("\(key.printable) is \"\(value.printable)\"; it is a number from 0 to 1000, or default")
      }
      placement.weights[String(key.dropFirst("weight.".count))] = weight
      speaksOfPlacement = true
    default: throw Self.unknown(setting)
    }
  }

  private static func unknown(_ setting: String) -> FleetError {
    .usage(
      "\"\(setting.printable)\" is nothing that can be set",
      hint: "roost policy set out-of-band=block unanswered=fail-open, or survive=1 aim=spread weight.disk=0.5, or "
        + "vnc=socket")
  }
}

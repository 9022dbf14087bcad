internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import Platform
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost create`
struct CreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a VM, from flags or from a YAML file.",
    discussion: """
      The keys of a file: \(VMFile.keys.joined(separator: ", ")).

      Documents separated by --- are VMs of their own; they are placed together, those first that find it hardest.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var constraints: ConstraintOptions
  @OptionGroup var options: SpecOptions

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("A YAML file, or - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Flag(name: .long, help: "Make none of a file's VMs unless all of them find a host.")
  var allOrNothing = false

  @Flag(name: .long, help: "Take chosen MAC addresses out of quarantine, because no guest uses them any more.")
  var reclaim = false

  @Argument(help: "The name of the new VM.")
  var name: String?

  func run(in environment: CommandEnvironment) async throws {
    let requests = try requests()
    try await environment.withFleet(connection) { fleet in
      let creation = CreateReport(
        follower: OperationFollower(
          client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait))
      if placement.dryRun, requests.count > 1 {
        // Planned together: each placement takes those before it into account.
        let planned = PlannedBatch(client: fleet, requests: requests)
        let decisions = try await planned.decisions(allOrNothing: allOrNothing)
        return try planned.show(decisions, allOrNothing: allOrNothing, output, in: environment)
      }
      let batch = Batch(client: fleet, environment: environment, output: output)
      let byName = Dictionary(requests.map { ($0.spec.name, $0) }) { first, _ in first }
      let names = try await PlannedBatch(client: fleet, requests: requests).order(allOrNothing: allOrNothing)
      try await batch(names) { name in
        guard let order = byName[name] else { return }
        let request = order.request(id: environment.newRequestID(), dryRun: placement.dryRun)
        let response = try await fleet.vms.create(request, options: fleet.brief)
        try await creation.finish(response, name: name, dryRun: placement.dryRun)
      }
    }
  }

  /// The VMs to create, from the flags or from the file.
  func requests() throws(FleetError) -> [VMRequest] {
    guard let file else {
      guard let name else { throw .usage("the new VM needs a name", hint: "roost create NAME, or -f FILE.yaml") }
      if [".yaml", ".yml"].contains(where: { name.hasSuffix($0) }) {
        throw .usage("\"\(name.printable)\" looks like a file", hint: "roost create -f \(name.shellQuoted)")
      }
      let spec = try options.spec(named: name)
      return [
        VMRequest(
          spec: spec, host: placement.host, strategy: placement.policy, start: !placement.noStart,
          constraints: try constraints.constraints(), reclaims: reclaim,
          takesDefaultVNC: try options.vncMode == nil)
      ]
    }
    guard name == nil, options.isEmpty, constraints.isEmpty else {
      throw .usage("a file says all about its VMs; name and flags for them stand in the file")
    }
    let input = InputFile(path: file)
    var requests = try VMFile.requests(try input.text(), file: input.label)
    for index in requests.indices {
      if let host = placement.host { requests[index].host = host }
      if let strategy = placement.policy { requests[index].strategy = strategy }
      if placement.noStart { requests[index].start = false }
      requests[index].reclaims = reclaim
    }
    guard Set(requests.map(\.spec.name)).count == requests.count else {
      throw FleetError(.invalid, "\(input.label): two VMs have the same name")
    }
    var seen: Set<MACAddress> = []
    for mac in requests.flatMap({ $0.spec.nics.compactMap(\.mac) }) {
      guard seen.insert(mac).inserted else {
        throw FleetError(.invalid, "\(input.label): two VMs have the MAC \(mac)")
      }
    }
    return requests
  }
}

/// The second half of `create` and `import`: shows the decision, or waits for the VM.
struct CreateReport: Sendable {
  let follower: OperationFollower

  /// Prints the coordinator's answer.
  /// - Throws: ``CommandExit`` with `noHostFits` for a dry run that found no host.
  func finish(_ response: Roost_V1_CreateVMResponse, name: String, dryRun: Bool) async throws {
    let (environment, output) = (follower.environment, follower.output)
    if !output.quiet { for note in response.notes { environment.note(note) } }
    let decision = try PlacementDecision(response.decision)
    if dryRun {
      output.show(.detail(decision.view(of: name)), in: environment)
      guard decision.host != nil else { throw CommandExit(status: .noHostFits) }
      return
    }
    guard response.hasOperation else {
      throw FleetError(
        .noHostFits, "no host fits VM \"\(name)\"", hint: "roost host list", refusals: decision.refused)
    }
    guard try await follower.follow(response.operation) != nil else { return }
    let client = follower.client
    let id = response.hasVm ? response.vm.id : name
    let detail = try VMDetail(try await client.vms.get(.with { $0.vm = id }, options: client.brief))
    output.confirm(Self.sentence(detail.vm), .detail(Self.view(detail.vm)), in: environment)
  }

  /// Such as `web-1 is running on h2, VNC port 5901`, or `VNC on a socket`.
  static func sentence(_ vm: VMSummary) -> String {
    let display = vm.vnc.map { $0.port.map { ", VNC port \($0)" } ?? ", VNC on a socket" } ?? ""
    return "\(vm.name) is \(vm.state.name) on \(vm.host)\(display)"
  }

  private static func view(_ vm: VMSummary) -> Detail { Detail(name: vm.name, lines: [], outputValue: vm.outputValue) }
}

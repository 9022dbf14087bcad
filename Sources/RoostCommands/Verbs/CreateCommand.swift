internal import ArgumentParser
internal import Fleet
internal import RoostProto

/// `roost create`
struct CreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a VM, from flags or from a YAML file.",
    discussion: """
      The keys of a file: name, vcpus, memory, arch, machine, acceleration, image, disks, cdrom, networks, vnc, \
      serial, boot, labels, host, policy, start, and what it asks of hosts: group, require, avoid, pinned, devices, \
      pools, cpu_model, huge_page, one_cell, vlans. Documents separated by --- are VMs of their own; they are placed \
      together, those first that find it hardest.
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

  @Flag(name: .long, help: "Take chosen MAC addresses out of quarantine: nothing else uses them any more.")
  var reclaim = false

  @Argument(help: "The name of the new VM.")
  var name: String?

  func run(in world: Surroundings) async throws {
    let orders = try orders()
    try await world.withFleet(connection) { fleet in
      let creation = Creation(
        undertaking: Undertaking(
          client: fleet, world: world, connection: connection, output: output, noWait: wait.noWait))
      if placement.dryRun, orders.count > 1 {
        // As they would be placed together, each seeing those before it.
        let planned = PlannedBatch(client: fleet, orders: orders)
        let decisions = try await planned.decisions(allOrNothing: allOrNothing)
        return try planned.show(decisions, allOrNothing: allOrNothing, output, in: world)
      }
      let batch = Batch(client: fleet, world: world, output: output)
      let byName = Dictionary(orders.map { ($0.spec.name, $0) }) { first, _ in first }
      let names = try await PlannedBatch(client: fleet, orders: orders).order(allOrNothing: allOrNothing)
      try await batch(names) { name in
        guard let order = byName[name] else { return }
        let request = order.request(id: world.newRequestID(), dryRun: placement.dryRun)
        let response = try await fleet.vms.create(request, options: fleet.brief)
        try await creation.finish(response, name: name, dryRun: placement.dryRun)
      }
    }
  }

  /// The VMs to make, from the flags or from the file.
  func orders() throws(FleetError) -> [VMOrder] {
    guard let file else {
      guard let name else { throw .usage("the new VM needs a name", hint: "roost create NAME, or -f FILE.yaml") }
      let spec = try options.spec(named: name)
      return [
        VMOrder(
          spec: spec, host: placement.host, policy: placement.policy, start: !placement.noStart,
          constraints: try constraints.constraints(), reclaims: reclaim)
      ]
    }
    guard name == nil, options.isEmpty, constraints.isEmpty else {
      throw .usage("a file says all about its VMs; name and flags for them stand in the file")
    }
    let input = InputFile(path: file)
    var orders = try VMFile.orders(try input.text(), file: input.label)
    for index in orders.indices {
      if let host = placement.host { orders[index].host = host }
      if let policy = placement.policy { orders[index].policy = policy }
      if placement.noStart { orders[index].start = false }
      orders[index].reclaims = reclaim
    }
    guard Set(orders.map(\.spec.name)).count == orders.count else {
      throw FleetError(.invalid, "\(input.label): two VMs have the same name")
    }
    return orders
  }
}

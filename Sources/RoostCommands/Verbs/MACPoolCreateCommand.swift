internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac pool create`
struct MACPoolCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a MAC pool for a network or a label; without either it serves whatever no other pool serves.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The pool's name.")
  var name: String

  @Option(help: ArgumentHelp("One to five bytes, such as 00:16:3e.", valueName: "prefix"))
  var prefix: String?

  @Option(help: ArgumentHelp("FIRST-LAST.", valueName: "range"))
  var range: String?

  @Option(help: ArgumentHelp("Serve the interfaces on this libvirt network or bridge.", valueName: "network"))
  var network: String?

  @Option(help: ArgumentHelp("Serve the VMs with this label, KEY=VALUE.", valueName: "label"))
  var label: String?

  func run(in world: Surroundings) async throws {
    guard let text = prefix ?? range, prefix == nil || range == nil else {
      throw FleetError.usage("a pool has a prefix or a range", hint: "give --prefix 00:16:3e or --range FIRST-LAST")
    }
    let addresses = try MACRange(parsing: text)
    _ = try MACPoolSelector(network: network ?? "", label: label ?? "")
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.createMACPool(
        .with {
          $0.requestID = world.newRequestID()
          $0.name = name
          $0.range = addresses.description
          $0.network = network ?? ""
          $0.label = label ?? ""
        }, options: fleet.brief)
      let pool = try MACPoolStatus(response.pool)
      output.confirm("MAC pool \(name) serves \(pool.record.selector)", .detail(pool.view), in: world)
    }
  }
}

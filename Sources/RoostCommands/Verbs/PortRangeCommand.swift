internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost port range`
struct PortRangeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "range", abstract: "Show or change the range of VNC ports that new VMs are given.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: ArgumentHelp("FIRST-LAST, such as 5900-32767; without it the range is shown.", valueName: "range"))
  var range: String?

  func run(in world: Surroundings) async throws {
    let ends = try range.map { try Self.ends($0) }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.setPortRange(
        .with {
          $0.requestID = world.newRequestID()
          $0.first = UInt32(ends?.first ?? 0)
          $0.last = UInt32(ends?.last ?? 0)
        }, options: fleet.brief)
      for warning in response.warnings { world.note(warning) }
      let text = "\(response.first)-\(response.last)"
      let tree = Tree.object([
        "first": .integer(Int64(response.first)), "last": .integer(Int64(response.last)),
        "warnings": .texts(response.warnings),
      ])
      let detail = Detail(name: text, lines: [.field("range", .init(text))], tree: tree)
      guard range != nil else { return output.show(.detail(detail), in: world) }
      output.confirm("new VMs are given VNC ports \(text)", .detail(detail), in: world)
    }
  }

  private static func ends(_ text: String) throws -> (first: UInt16, last: UInt16) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0 else {
      throw FleetError.usage("\"\(text.printable)\" is no range of ports", hint: "write FIRST-LAST, such as 5900-32767")
    }
    return (first, last)
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host label`
struct HostLabelCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Set or remove labels of a host, which placement rules use.",
    discussion: "roost host label h1 rack=a ssd=yes power-    (a name with - behind it is taken away)")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The host's name or id.", completion: .hosts)
  var name: String

  @Argument(help: ArgumentHelp("What to change: KEY=VALUE, or KEY- to remove it.", valueName: "label"))
  var labels: [String]

  func run(in environment: CommandEnvironment) async throws {
    var request = Roost_V1_SetHostLabelsRequest()
    request.host = name
    for text in labels {
      if let equals = text.firstIndex(of: "="), equals != text.startIndex {
        request.set[String(text[..<equals])] = String(text[text.index(after: equals)...])
      } else if text.hasSuffix("-"), text.count > 1 {
        request.remove.append(String(text.dropLast()))
      } else {
        throw FleetError.usage("\"\(text.printable)\" is not a label", hint: "write KEY=VALUE, or KEY- to take it away")
      }
    }
    let order = request
    try await environment.withFleet(connection) { fleet in
      var order = order
      order.requestID = environment.newRequestID()
      let host = try HostSummary(try await fleet.hosts.setLabels(order, options: fleet.brief).host)
      let texts = host.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      output.confirm(
        texts.isEmpty ? "\(host.name) has no label" : "\(host.name) has \(texts.joined(separator: ", "))",
        .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
    }
  }
}

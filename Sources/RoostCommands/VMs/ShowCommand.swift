internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost show`
struct ShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a VM: spec, state, addresses, drift, and why it is where it is.",
    discussion: """
      -o yaml prints the file of which roost create -f makes a VM like it, without its MAC addresses; -o json has \
      all that is known of it.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Only the decision that placed it.")
  var why = false

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief)
      let detail = try VMDetail(response)
      if output.output == .yaml, !why {
        environment.output.write(try detail.file())
        return
      }
      output.show(.detail(why ? detail.reasons : detail.view(at: environment.clock.now())), in: environment)
    }
  }
}

extension VMSpec {
  /// The spec as JSON has it; of an imported VM's domain document only the size.
  var outputValue: OutputValue {
    OutputValue(self).replacing("architecture", as: "arch").replacing("nics", with: .list(nics.map(\.outputValue)))
      .replacing("document", as: "document_bytes", with: document.map { .count($0.utf8.count) } ?? .null)
  }
}

extension DiskSpec {
  /// The source of the disk for people.
  var sourceText: String {
    [source.word, image.map { $0.name } ?? "", path ?? "", size > .zero ? size.description : ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension NICSpec {
  /// The interface as JSON has it: its own keys, but for its source, which has a key for each kind.
  var outputValue: OutputValue {
    var network = OutputValue.null
    var bridge = OutputValue.null
    switch source {
    case .network(let name): network = .text(name)
    case .bridge(let name): bridge = .text(name)
    case .carried: break
    }
    return OutputValue.object(["network": network, "bridge": bridge])
      .adding(OutputValue(self).removing(["kind", "name"]))
  }
}

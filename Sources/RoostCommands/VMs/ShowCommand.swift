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

  @Flag(name: .long, help: "Only why it is where it is: the decision that placed it.")
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
    .object([
      "name": .text(name), "vcpus": .count(vcpus), "memory_bytes": .bytes(memory), "arch": .text(architecture),
      "machine": machine.map { .text($0) } ?? .null, "acceleration": .text(acceleration.rawValue),
      "disks": .list(disks.map(\.outputValue)), "nics": .list(nics.map(\.outputValue)),
      "vnc": vnc.map {
        .object(["listen": .text($0.listen), "keymap": $0.keymap.map { .text($0) } ?? .null])
      } ?? .null,
      "serial_console": .flag(serialConsole), "boot_order": .texts(bootOrder.map(\.rawValue)),
      "labels": .labels(labels), "document_bytes": document.map { .count($0.utf8.count) } ?? .null,
    ])
  }
}

extension DiskSpec {
  /// The disk as JSON has it.
  var outputValue: OutputValue {
    .object([
      "device": .text(device.rawValue), "bus": .text(bus), "target": .text(target),
      "format": .text(format.rawValue), "source": .text(sourceName),
      "image": image.map { .text($0.name) } ?? .null, "path": path.map { .text($0) } ?? .null,
      "size_bytes": .bytes(size),
    ])
  }

  /// The source of the disk in one word.
  var sourceName: String {
    switch source {
    case .blank: "blank"
    case .overlay: "overlay"
    case .copy: "copy"
    case .medium: "medium"
    case .existing: "existing"
    case .none: "none"
    case .document: "document"
    }
  }

  /// The source of the disk for people.
  var sourceText: String {
    [sourceName, image.map { $0.name } ?? "", path ?? "", size > .zero ? size.description : ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension NICSpec {
  /// The interface as JSON has it.
  var outputValue: OutputValue {
    var network = OutputValue.null
    var bridge = OutputValue.null
    switch source {
    case .network(let name): network = .text(name)
    case .bridge(let name): bridge = .text(name)
    case .carried: break
    }
    return .object([
      "network": network, "bridge": bridge, "model": model.map { .text($0) } ?? .null,
      "mac": mac.map { .text($0.description) } ?? .null,
    ])
  }
}

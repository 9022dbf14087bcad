internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost vnc`
struct VNCCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "vnc", abstract: "Open a local port that leads to a VM's display.",
    discussion: """
      Prints the address and the display for a viewer, then serves viewers until Ctrl-C. Every viewer has a tunnel \
      of its own through coordinator and agent.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Where to listen.", valueName: "address:port"))
  var listen = "127.0.0.1:0"

  @Flag(name: .long, help: "End after the first viewer.")
  var once = false

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    let (address, port) = try Self.address(listen)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief)
      let vm = try VMSummary(response.vm)
      try Self.checkRuns(vm)
      guard let display = vm.vnc else {
        throw Self.hasNoDisplay(vm, isWanted: response.hasSpec && response.spec.hasVnc)
      }
      let listener = try LocalListener(address: address, port: port)
      announce(listener, vm, display, in: environment)
      let interruption = InterruptSignal()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await serve(listener, vm.id.description, fleet, in: environment) }
        group.addTask { await interruption.wait() }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  /// - Parameter isWanted: true for a managed VM that is to have a display.
  private static func hasNoDisplay(_ vm: VMSummary, isWanted: Bool) -> FleetError {
    guard vm.managed, !isWanted else {
      return FleetError(
        .precondition, "VM \"\(vm.name)\" has no VNC display that is open", hint: "roost show \(vm.name.shellQuoted)")
    }
    let name = vm.name.shellQuoted
    return FleetError(
      .precondition, "VM \"\(vm.name)\" has no VNC display",
      hint: "give it one while it is off: roost set \(name) vnc=socket; or reach its console: roost console \(name)")
  }

  /// Refuses a VM that is off, because it has no display then.
  private static func checkRuns(_ vm: VMSummary) throws(FleetError) {
    guard vm.certainty == .current else { return }
    switch vm.state {
    case .stopped, .failed, .deleted:
      throw FleetError(
        .precondition, "VM \"\(vm.name)\" is \(vm.state.name)",
        hint: "start it first: roost start \(vm.name.shellQuoted)")
    case .pending, .provisioning, .starting, .running, .paused, .migrating, .deleting: return
    }
  }

  private func announce(
    _ listener: LocalListener, _ vm: VMSummary, _ display: VMSummary.Display, in environment: CommandEnvironment
  ) {
    let host = listener.address.contains(":") ? "[\(listener.address)]" : listener.address
    let place = "\(host):\(listener.port)"
    let number = listener.port - 5900
    switch output.output {
    case .table, .wide, .name:
      environment.output.writeLine(place)
      environment.output.writeLine("display :\(number)")
    case .json, .yaml, .csv:
      let outputValue = OutputValue.object([
        "vm": .text(vm.name), "host": .text(display.host), "address": .text(listener.address),
        "port": .count(listener.port), "display": .count(number),
      ])
      output.show(.detail(Detail(name: place, lines: [], outputValue: outputValue)), in: environment)
    }
    if !output.quiet {
      let end = display.port.map { "port \($0)" } ?? "a socket"
      environment.note("leads to \(end) on \(display.host); Ctrl-C ends")
    }
  }

  private func serve(
    _ listener: LocalListener, _ vm: String, _ fleet: FleetClient, in environment: CommandEnvironment
  ) async throws {
    let tunnel = Tunnel(client: fleet, vm: vm, kind: .vnc, force: false)
    if once {
      for await viewer in listener.connections { return try await Self.carry(viewer, tunnel) }
      return
    }
    await withDiscardingTaskGroup { group in
      for await viewer in listener.connections {
        group.addTask {
          do {
            try await Self.carry(viewer, tunnel)
          } catch is CancellationError {
            return
          } catch {
            output.report(fleet.explain(error), in: environment)
          }
        }
      }
    }
  }

  private static func carry(_ viewer: SocketStream, _ tunnel: Tunnel) async throws {
    defer { viewer.shut() }
    try await tunnel.run { send in
      for await piece in viewer.source.pieces {
        try await send(piece)
        viewer.source.used()
      }
    } to: { bytes in
      try await viewer.write(bytes)
    }
  }

  /// Reads `ADDRESS:PORT` or `[V6]:PORT`; an address alone leaves the port to the system.
  static func address(_ text: String) throws(FleetError) -> (address: String, port: Int) {
    let malformed = FleetError.usage(
      "\"\(text.printable)\" is not an address to listen on", hint: "write it as 127.0.0.1:5999")
    if let bracket = text.lastIndex(of: "]") {
      let rest = text[text.index(after: bracket)...]
      let address = String(text[..<bracket].dropFirst())
      guard text.hasPrefix("["), !address.isEmpty else { throw malformed }
      if rest.isEmpty { return (address, 0) }
      guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { throw malformed }
      return (address, Int(port))
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = parts.first, !address.isEmpty else { throw malformed }
    guard parts.count == 2 else { return (String(address), 0) }
    guard let port = UInt16(parts[1]) else { throw malformed }
    return (String(address), Int(port))
  }
}

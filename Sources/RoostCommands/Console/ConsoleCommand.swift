internal import ArgumentParser
internal import Fleet
internal import Foundation
internal import GRPCCore
internal import RoostProto

/// `roost console`
struct ConsoleCommand: Verb {
  /// Ctrl-], which detaches.
  static let leavingKey: UInt8 = 0x1D

  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Open a VM's serial console; Ctrl-] leaves.",
    discussion: """
      On a terminal every key goes to the guest but Ctrl-]. Input from a pipe or a file is typed as it comes; at its \
      end the guest has --linger to answer.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Take the console from its present user.")
  var force = false

  @Option(help: ArgumentHelp("How long to listen when the input has ended (default: 2s).", valueName: "time"))
  var linger: String?

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    let seconds = try linger.map { try DurationText.seconds($0) } ?? 2
    let ending = try await environment.withFleet(connection) { fleet in
      let tunnel = Tunnel(client: fleet, vm: name, kind: .console, force: force)
      let input = ByteSource(STDIN_FILENO)
      let terminal = RawTerminalGuard()
      let interruption = InterruptSignal()
      defer {
        terminal.release()
        input.stop()
      }
      return try await withThrowingTaskGroup(of: Tunnel.Ending.self) { group in
        group.addTask {
          try await tunnel.run { send in
            try await Self.type(input, send)
          } to: { bytes in
            environment.output.write(bytes)
          } linger: {
            terminal.isHeld ? .zero : .seconds(seconds)
          } onReady: { facts in
            guard !output.quiet else { return }
            let key = environment.inputIsTerminal ? "; Ctrl-] leaves" : ""
            environment.errors.writeLine("connected to \(name.terminalSafe) on \(facts.host.terminalSafe)\(key)")
            terminal.take(STDIN_FILENO)
          }
        }
        group.addTask {
          await interruption.wait()
          return .here
        }
        defer { group.cancelAll() }
        return try await group.next() ?? .here
      }
    }
    if environment.output.isTerminal { environment.output.writeLine("") }
    guard ending == .here else {
      if !output.quiet { environment.note("the console of \(name) has closed: roost show \(name.shellQuoted)") }
      return
    }
    if environment.inputIsTerminal, !output.quiet {
      environment.errors.writeLine("disconnected from \(name.terminalSafe)")
    }
  }

  /// Sends the typed bytes up to the detaching key.
  private static func type(_ input: ByteSource, _ send: ([UInt8]) async throws -> Void) async throws {
    for await piece in input.pieces {
      let typed = piece.prefix { $0 != leavingKey }
      if !typed.isEmpty { try await send(Array(typed)) }
      if typed.count < piece.count { throw UserDetached() }
      input.used()
    }
  }
}

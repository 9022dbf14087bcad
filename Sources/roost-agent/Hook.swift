import Agent
import ArgumentParser
import Foundation
import Platform

/// The program of libvirt's hook; it always answers within half a second.
struct Hook: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask this host's agent whether a domain may start; libvirt's hook runs it.",
    discussion: "The domain's document comes from stdin. Exits with 0 to let it start, with 1 to stop it.")

  @Option(help: "The agent's socket.")
  var socket = "/var/lib/roost-agent/hook.sock"

  @Argument(help: "The domain's name.")
  var name: String

  @Argument(help: "libvirt's word for what happens, such as prepare.")
  var operation: String

  @Argument(help: "libvirt's word for its part, such as begin, and what else libvirt says.")
  var more: [String] = []

  func run() throws {
    Call(socket: socket, name: name, operation: operation).run()
  }

  /// A call as the hook's script makes it, `--socket PATH -- NAME OPERATION …`, read without the parser.
  struct Call {
    let socket: String
    let name: String
    let operation: String

    init(socket: String, name: String, operation: String) {
      self.socket = socket
      self.name = name
      self.operation = operation
    }

    init?(_ arguments: [String]) {
      guard arguments.count >= 5, arguments[0] == "--socket", arguments[2] == "--" else { return nil }
      self.init(socket: arguments[1], name: arguments[3], operation: arguments[4])
    }

    /// Asks, prints the answer, and ends the process.
    func run() -> Never {
      let outcome = HookCall(socket: socket, stopwatch: AgentProcess.milliseconds)
        .ask(name: name, operation: operation, input: STDIN_FILENO)
      if !outcome.sentence.isEmpty { StandardError.write(outcome.sentence) }
      // Exits at once: there is nothing to clean up, and libvirt waits.
      _exit(outcome.exitCode)
    }
  }
}

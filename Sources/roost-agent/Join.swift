import Agent
import ArgumentParser
import Fleet
import Logging

/// Makes this host a member of a fleet.
struct Join: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join a fleet with a token from: roost host token create")

  @Argument(help: "The token.")
  var token: String

  @Option(help: "Where the agent keeps its key and its memory.")
  var stateDir: String

  @Option(help: "libvirt's URI.")
  var connect = "qemu:///system"

  func run() async throws {
    try await Surroundings.reporting(asJSON: false) {
      let joiner = Joiner(
        directory: StateDirectory(stateDir), libvirtURI: connect, ambient: Surroundings.ambient,
        logger: Surroundings.logger(.error))
      let outcome = try await joiner.join(token: token)
      print("host \(outcome.hostName) has joined fleet \(outcome.fleetID)")
      Surroundings.say("next: roost-agent run --state-dir \(stateDir)")
    }
  }
}

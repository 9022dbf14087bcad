internal import ArgumentParser

/// `roost version`
struct VersionCommand: Verb {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version of roost.")

  func run(in world: Surroundings) async throws {
    world.output.writeLine("roost \(RoostCommand.version)")
  }
}

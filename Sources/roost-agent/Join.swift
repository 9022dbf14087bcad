import Agent
import ArgumentParser
import Fleet
import Foundation
import Logging
import Platform

/// Makes this host a member of a fleet.
struct Join: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join a fleet with a token from: roost host token create",
    discussion: """
      The token is a secret: with - it is read from standard input, with --token-file from a file. On the command line \
      every user of this host can read it while the command runs.
      """)

  @Argument(help: "-, to read the token from standard input; or the token itself.")
  var token: String?

  @Option(help: "A file with the token.", completion: .file())
  var tokenFile: String?

  @Option(help: "The agent's state directory.")
  var stateDir: String

  @Option(help: "libvirt's URI.")
  var connect = "qemu:///system"

  func validate() throws {
    guard (token == nil) != (tokenFile == nil) else {
      throw ValidationError("give either - for standard input, or --token-file FILE")
    }
  }

  func run() async throws {
    try await AgentProcess.reporting(asJSON: false) {
      let text = try read()
      let joiner = Joiner(
        directory: StateDirectory(stateDir), libvirtURI: connect, environment: AgentProcess.environment,
        logger: AgentProcess.logger(.error))
      let outcome = try await joiner.join(token: text)
      print("host \(outcome.hostName) has joined fleet \(outcome.fleetID)")
      StandardError.write("next: roost-agent run --state-dir \(stateDir.shellQuoted)")
    }
  }

  private func read() throws -> String {
    if let tokenFile {
      guard let file = FileHandle(forReadingAtPath: tokenFile) else {
        throw FleetError(.notFound, "\(tokenFile.printable) can't be read")
      }
      defer { try? file.close() }
      return try Self.first(of: file, named: tokenFile.printable)
    }
    guard let token, token != "-" else {
      if isatty(STDIN_FILENO) == 1 { StandardError.write("token (then Enter):") }
      return try Self.first(of: .standardInput, named: "standard input")
    }
    StandardError.write(
      "warning: a token on the command line can be read by every user of this host; better: roost-agent join - "
        + "--state-dir \(stateDir.shellQuoted)")
    return token
  }

  /// The first line, of at most 64 KiB.
  private static func first(of file: FileHandle, named name: String) throws -> String {
    var bytes = Data()
    while bytes.count < 64 << 10, !bytes.contains(0x0A), let next = try file.read(upToCount: 4096), !next.isEmpty {
      bytes += next
    }
    let line = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !line.isEmpty else { throw FleetError(.invalid, "there is no token in \(name)") }
    return line
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost start`
struct StartCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Boot VMs.")

  @OptionGroup var options: PowerOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.change(.start, done: "is running", in: environment)
  }
}

/// `roost stop`
struct StopCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Shut VMs down.",
    discussion: GuestTimeOptions.discussion)

  @OptionGroup var options: PowerOptions

  @Flag(name: .long, help: "Cut the power instead of asking the guest.")
  var force = false

  @OptionGroup var time: GuestTimeOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.change(.stop, force: force, within: try time.seconds(), done: "is stopped", in: environment)
  }
}

/// `roost restart`
struct RestartCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Reboot VMs.",
    discussion: GuestTimeOptions.discussion)

  @OptionGroup var options: PowerOptions

  @Flag(name: .long, help: "Reset instead of asking the guest.")
  var force = false

  @OptionGroup var time: GuestTimeOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.change(
      .restart, force: force, within: try time.seconds(), done: "was restarted", in: environment)
  }
}

/// `roost pause`
struct PauseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Pause VMs in memory.")

  @OptionGroup var options: PowerOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.change(.pause, done: "is paused", in: environment)
  }
}

/// `roost resume`
struct ResumeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Resume paused VMs.")

  @OptionGroup var options: PowerOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.change(.resume, done: "is running", in: environment)
  }
}

/// Options of `roost stop` and `roost restart`, which ask the guest.
struct GuestTimeOptions: ParsableArguments {
  /// How `--force` treats an operation that waits already.
  static let discussion = """
    --force also supersedes a stop or restart that still waits for its guest: a command that waits for that one ends \
    with exit status 4.
    """

  @Option(help: ArgumentHelp("How long the guest may take (default: 60s).", valueName: "time"))
  var within: String?

  /// The time in seconds, 0 for the default.
  func seconds() throws(FleetError) -> Int64 {
    guard let within else { return 0 }
    return try DurationText.seconds(within)
  }
}

/// The options of the five power verbs.
struct PowerOptions: ParsableArguments {
  @OptionGroup var options: OperationOptions

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String]

  /// Requests the verb for every VM, then waits for each.
  func change(
    _ verb: PowerVerb, force: Bool = false, within seconds: Int64 = 0, done: String, in environment: CommandEnvironment
  ) async throws {
    try await options.run(for: names, in: environment) { fleet, name in
      try await fleet.vms.changePower(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = name
          $0.verb = verb.rawValue
          $0.force = force
          $0.timeoutSeconds = UInt32(clamping: seconds)
        }, options: fleet.brief
      ).operation
    } done: {
      "\($0.subject) \(done) on \($0.host)"
    }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost op`
struct OperationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op", abstract: "Accepted changes.",
    subcommands: [
      OperationListCommand.self, OperationShowCommand.self, OperationWaitCommand.self, OperationCancelCommand.self,
    ])
}

/// `roost op list`
struct OperationListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List operations, newest first.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Only those that have not ended.")
  var unfinished = false

  @Option(help: ArgumentHelp("Only those of this VM, by its name or id.", valueName: "name"), completion: .vms)
  var vm: String?

  @Option(
    name: [.customShort("n"), .long],
    help: ArgumentHelp("Show so many at most, the newest (default: 1000).", valueName: "rows"))
  var limit: UInt32?

  func validate() throws {
    if limit == 0 { throw ValidationError("--limit is at least 1") }
  }

  func run(in environment: CommandEnvironment) async throws {
    let request = Roost_V1_ListOperationsRequest.with {
      $0.unfinished = unfinished
      $0.vm = vm ?? ""
      $0.limit = limit ?? 0
    }.inPages
    try await environment.withFleet(connection) { fleet in
      // A coordinator that is older than the options sends all of them, on one page and in another order.
      try await output.show(in: environment, of: fleet, limit: limit.map { Int(clamping: $0) }) { options, read in
        try await fleet.operations.list(request, options: options, onResponse: read)
      } listing: { page in
        let all = try page.operations.map { try FleetOperation($0) }.sorted { $0.createdAt > $1.createdAt }
        let ofVM = all.filter { vm == nil || $0.subject == vm || $0.vmID?.description == vm }
        return FleetOperation.listing(ofVM, at: environment.clock.now())
      }
    }
  }
}

/// `roost op show`
struct OperationShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an operation and its steps.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The operation's id, or its beginning.", completion: .operations)
  var id: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.operations.get(.with { $0.id = id }, options: fleet.brief)
      let operation = try FleetOperation(response.operation)
      output.show(.detail(operation.view(at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost op wait`
struct OperationWaitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait for operations to end.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Ids of operations, or their beginnings.", completion: .operations)
  var ids: [String]

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let follower = OperationFollower(
        client: fleet, environment: environment, connection: connection, output: output, noWait: false)
      try await Batch(client: fleet, environment: environment, output: output)(ids) { id in
        let response = try await fleet.operations.get(.with { $0.id = id }, options: fleet.brief)
        guard let operation = try await follower.follow(response.operation) else { return }
        let view = operation.view(at: environment.clock.now())
        output.confirm("\(operation.kind.rawValue) \(operation.subject) is done", .detail(view), in: environment)
      }
    }
  }
}

/// `roost op cancel`
struct OperationCancelCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel unfinished operations.",
    discussion: """
      The operation fails as cancelled and its VM is free. Its host stops what can be stopped half-way: making disks, \
      waiting for a guest; what libvirt is changing at that moment goes through, and the operation's hint says so.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Ids of operations, or their beginnings.", completion: .operations)
  var ids: [String]

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      try await Batch(client: fleet, environment: environment, output: output)(ids) { id in
        let response = try await fleet.operations.cancel(
          .with {
            $0.requestID = environment.newRequestID()
            $0.id = id
          }, options: fleet.brief)
        let operation = try FleetOperation(response.operation)
        output.confirm(
          "\(operation.kind.rawValue) of \(operation.subject) is cancelled",
          .detail(operation.view(at: environment.clock.now())),
          in: environment)
        if let hint = operation.failure?.hint, !hint.isEmpty, !output.quiet { environment.note(hint) }
      }
    }
  }
}

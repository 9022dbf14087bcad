internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac reserve`
struct MACReserveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reserve", abstract: "Reserve MAC addresses for devices outside the fleet, such as a printer.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: ArgumentHelp("An address, FIRST-LAST, or a prefix such as 02:16:3e.", valueName: "range"))
  var range: String

  @Option(name: .customLong("for"), help: ArgumentHelp("What they are reserved for.", valueName: "purpose"))
  var purpose: String

  func run(in environment: CommandEnvironment) async throws {
    let range = try MACRange(parsing: range)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.reserveMACs(
        .with {
          $0.requestID = environment.newRequestID()
          $0.range = range.description
          $0.purpose = purpose
        }, options: fleet.brief)
      let entry = try MACLedgerEntry(response.entry)
      output.confirm(
        "\(range) is reserved for \"\(purpose)\"", .detail(entry.view(at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost mac release`
struct MACReleaseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "End a reservation, or with --force a quarantine.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "End a quarantine before its time too.")
  var force = false

  @Argument(help: "The MAC address, or a reserved range as FIRST-LAST.")
  var mac: String

  func run(in environment: CommandEnvironment) async throws {
    let range = try MACRange(parsing: mac)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.releaseMAC(
        .with {
          $0.requestID = environment.newRequestID()
          $0.mac = range.description
          $0.force = force
        }, options: fleet.brief)
      let entry = try MACLedgerEntry(response.entry)
      output.confirm(
        "\(entry.span) is released; \(entry.owner) had it", .detail(entry.view(at: environment.clock.now())),
        in: environment)
    }
  }
}

/// `roost mac reclaim`
struct MACReclaimCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reclaim", abstract: "End the quarantine of a MAC address that nothing uses any more.",
    discussion: """
      A VM of the name or UUID that had the address gets it back without this. It is refused while any VM has it.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The MAC address.")
  var mac: String

  func run(in environment: CommandEnvironment) async throws {
    guard let mac = MACAddress(mac) else {
      throw FleetError.usage("\"\(mac.printable)\" is not a MAC address", hint: "write it as 02:16:3e:5d:aa:a8")
    }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.reclaimMAC(
        .with {
          $0.requestID = environment.newRequestID()
          $0.mac = mac.description
        }, options: fleet.brief)
      let entry = try MACLedgerEntry(response.entry)
      output.confirm(
        "\(entry.span) is free; \(entry.owner) had it", .detail(entry.view(at: environment.clock.now())),
        in: environment)
    }
  }
}

internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost status`
struct StatusCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the fleet as a whole.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Print the fleet as a YAML file that --fleet reads.")
  var exportFleet = false

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      guard !exportFleet else {
        environment.output.write(try await FleetFile(of: fleet).outputValue.yaml)
        return
      }
      let response = try await fleet.administration.status(Roost_V1_StatusRequest(), options: fleet.brief)
      var status = FleetStatus(response)
      if response.hostsReady != response.hosts {
        let hosts = try await fleet.hosts.list(Roost_V1_ListHostsRequest(), options: fleet.brief).hosts
        status.unready = try hosts.map { try HostSummary($0) }.filter { $0.state != .ready }.sorted {
          $0.name < $1.name
        }
        .map { "\($0.name) is \($0.state.rawValue)" }
      }
      output.show(.detail(status.view), in: environment)
    }
  }
}

/// The fleet as a whole.
struct FleetStatus: Sendable {
  private let message: Roost_V1_StatusResponse
  /// Which hosts are not ready, in a few words each.
  var unready: [String] = []

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_StatusResponse) {
    self.message = message
  }

  /// The status as JSON has it.
  var outputValue: OutputValue {
    .object([
      "fleet": .text(message.fleetName), "fleet_id": .text(message.fleetID), "version": .text(message.version),
      "epoch": .integer(Int64(clamping: message.epoch)), "incarnation": .text(message.incarnation),
      "hosts_ready": .integer(Int64(message.hostsReady)), "hosts": .integer(Int64(message.hosts)),
      "vms": .integer(Int64(message.vms)), "vms_running": .integer(Int64(message.vmsRunning)),
      "conflicts": .integer(Int64(message.conflicts)),
      "operations_running": .integer(Int64(message.operationsRunning)),
      "link_address": .text(message.linkAddress), "enrolment_address": .text(message.enrolmentAddress),
      "authority_expires_at": .time(authorityExpiresAt), "last_event": .integer(Int64(clamping: message.lastEvent)),
      "settling": .flag(message.settling), "settling_reason": message.settling ? .text(message.settlingReason) : .null,
      "differences": .integer(Int64(message.differences)), "vnc_ports": ports,
    ])
  }

  /// The VNC ports; null if the coordinator is older than the count.
  private var ports: OutputValue {
    guard message.hasVncPorts else { return .null }
    return .object([
      "first": .integer(Int64(message.vncPorts.first)), "last": .integer(Int64(message.vncPorts.last)),
      "taken": .integer(Int64(message.vncPorts.taken)),
      "warning": message.vncPorts.warning.isEmpty ? .null : .text(message.vncPorts.warning),
    ])
  }

  /// How much of the range of VNC ports is taken, and what to do before it is used up.
  private var portLines: [Detail.Line] {
    guard message.hasVncPorts else { return [] }
    let ports = message.vncPorts
    let count = Int64(ports.last) - Int64(ports.first) + 1
    let text = "\(ports.taken) of \(count) taken"
    guard !ports.warning.isEmpty else { return [.field("VNC ports", .init(text))] }
    return [.field("VNC ports", .init("\(text); \(ports.warning)", ports.taken < count ? .caution : .bad))]
  }

  /// The view for people.
  var view: Detail {
    let allReady = message.hostsReady == message.hosts
    var settling: [Detail.Line] = []
    if message.settling {
      settling.append(.field("settling", .init("\(message.settlingReason); see: roost settle", .caution)))
    }
    if message.differences > 0 {
      settling.append(
        .field("differences", .init("\(message.differences) VMs are not as the database has them; see: roost settle")))
    }
    return Detail(
      name: message.fleetName,
      lines: [
        .field("fleet", .init(message.fleetName, .heading)), .field("id", .init(message.fleetID)),
      ] + settling + [
        .field(
          "hosts",
          .init(
            (["\(message.hostsReady) of \(message.hosts) ready"] + unready.prefix(8)).joined(separator: "; "),
            allReady ? .good : .caution)),
        .field("VMs", .init("\(message.vmsRunning) of \(message.vms) running")),
        .field("MAC conflicts", .init(String(message.conflicts), message.conflicts > 0 ? .bad : .plain)),
      ] + portLines + [
        .field("operations", .init("\(message.operationsRunning) running")),
        .field("agents and users", .init(message.linkAddress)), .field("joining", .init(message.enrolmentAddress)),
        .field("authority until", .init(authorityExpiresAt.description)),
        .field("version", .init("\(message.version), epoch \(message.epoch), last event \(message.lastEvent)")),
      ], outputValue: outputValue)
  }

  private var authorityExpiresAt: Timestamp { Timestamp(milliseconds: max(0, message.authorityExpiresAt)) }
}

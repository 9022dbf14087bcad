internal import Fleet
internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Logging
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Carries bytes between a guest's console or display and the coordinator, over the agent's connection.
struct TunnelCarrier: Sendable {
  let hypervisor: any Hypervisor
  let permission: TunnelPermission
  let client: CoordinatorConnection.Client
  let logger: Logger

  /// Opens both ends and copies bytes until either closes. Reports failures into the tunnel and the log.
  func carry(_ request: Roost_V1_TunnelRequest) async {
    let opened: Result<any ByteChannel, FleetError>
    do {
      opened = .success(try await open(request))
    } catch {
      opened = .failure(FleetError(libvirt: error))
    }
    let frames = StreamingClientRequest<Roost_V1_TunnelFrame> { writer in
      try await writer.write(.with { $0.tunnelID = request.tunnelID })
      do {
        let channel = try opened.get()
        while let bytes = try await channel.receive() {
          try await writer.write(.with { $0.data = Data(bytes) })
        }
      } catch {
        let failure = await explain(error, of: request, isOpen: (try? opened.get()) != nil)
        try await writer.write(.with { $0.failure = failure.failureMessage })
      }
    }
    do {
      try await Roost_V1_AgentLink.Client(wrapping: client).tunnel(request: frames) { response in
        for try await frame in response.messages {
          if case .data(let bytes) = frame.content, case .success(let channel) = opened {
            try await channel.send(Array(bytes))
          }
        }
      }
    } catch {
      logger.debug("tunnel \(request.tunnelID.printable) ends: \(error)")
    }
    if case .success(let channel) = opened { channel.close() }
  }

  /// Why a tunnel ends: libvirt breaks the stream of a console that somebody else takes with `--force`.
  private func explain(_ error: any Error, of request: Roost_V1_TunnelRequest, isOpen: Bool) async -> FleetError {
    let failure = FleetError(libvirt: error)
    guard isOpen, request.kind == "console", let id = VMID(request.vmID),
      let domain = try? await hypervisor.domain(id), domain.state.isActive
    else { return failure }
    return FleetError(
      .conflict, "the console of VM \"\(domain.name.printable)\" was taken over: \(failure.message)",
      hint: "take it back: roost console --force \(domain.name.shellQuoted)")
  }

  private func open(_ request: Roost_V1_TunnelRequest) async throws -> any ByteChannel {
    guard let id = VMID(request.vmID) else { throw FleetError(.invalid, "the tunnel names no VM") }
    guard let domain = try await hypervisor.domain(id) else {
      throw FleetError(.notFound, "libvirt on this host has no domain \(id)")
    }
    try permission.check(domain)
    guard domain.state.isActive, let live = domain.live else {
      throw FleetError(
        .precondition, "VM \"\(domain.name)\" is stopped", hint: "start it: roost start \(domain.name.shellQuoted)")
    }
    switch request.kind {
    case "console":
      guard live.hasSerialConsole else {
        let name = domain.name.shellQuoted
        let way = domain.mark == nil ? "give it one on its host: virsh edit \(name)" : "import it with --add-serial"
        throw FleetError(
          .unsupported, "VM \"\(domain.name)\" can't be reached by console: it has no serial console",
          hint: "\(way); or reach its screen: roost vnc \(name)")
      }
      return try await hypervisor.openConsole(id, force: request.force)
    case "vnc":
      let found = live.graphics.enumerated().first { $1.type == "vnc" && ($1.port != nil || $1.isSocket) }
      guard let (index, display) = found else { throw Self.hasNoDisplay(domain) }
      guard let port = display.port else { return try await hypervisor.openDisplay(id, index: index) }
      return try await SocketChannel.connect(to: Self.reachable(display.listen), port: port)
    default: throw FleetError(.unsupported, "this agent knows no tunnel of the kind \"\(request.kind.printable)\"")
    }
  }

  private static func hasNoDisplay(_ domain: ObservedDomain) -> FleetError {
    let name = domain.name.shellQuoted
    let way =
      domain.mark == nil
      ? "give it one on its host: virsh edit \(name)"
      : "give it one while it is off: roost set \(name) vnc=socket; or reach its console: roost console \(name)"
    return FleetError(.unsupported, "VM \"\(domain.name)\" has no VNC display", hint: way)
  }

  /// The address by which this host reaches a display with that listen address.
  private static func reachable(_ listen: String) -> String {
    switch listen {
    case "", "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: listen
    }
  }
}

/// Decides which consoles and displays the fleet may open on this host.
struct TunnelPermission: Sendable {
  let fleetID: FleetID
  let trust: HostTrustReader

  /// Refuses the console or display of a guest that is not the fleet's, unless the trust file opens those of unmarked
  /// guests.
  /// - Throws: ``FleetError`` with code `denied`.
  func check(_ domain: ObservedDomain) throws(FleetError) {
    guard domain.mark == nil else { return try Ownership.check(domain, vm: domain.id, fleet: fleetID) }
    let trust = trust.trust(pools: [])
    guard trust.unmanagedConsoles else {
      throw FleetError(
        .denied, "VM \"\(domain.name.printable)\" is not managed by Roost, and its host keeps its console and display",
        hint: "roost adopt \(domain.name.shellQuoted); or have unmanaged_consoles = true in [trust] of \(trust.file)"
          + " there")
    }
  }
}

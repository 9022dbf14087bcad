import Fleet
import GRPCCore
import RoostProto
import SwiftProtobuf

/// Serves consoles and displays: connects an operator's stream with an agent's.
struct TunnelService: Sendable {
  /// How long an agent may take to open its end.
  static let timeout: Duration = .seconds(15)

  let inventory: Inventory
  let sessions: ConnectedAgents
  let broker: TunnelBroker
  let clock: any WallClock
  let random: any RandomSource

  /// Serves an operator: the first frame names the VM, every later one goes to its host.
  func serveOperator(
    _ incoming: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>, _ writer: RPCWriter<Roost_V1_TunnelFrame>
  ) async throws {
    try await TunnelPump.run(incoming) { first, stop in
      guard case .open(let open) = first.content else {
        throw FleetError(.invalid, "the first frame of a tunnel names the VM")
      }
      return try await meetAgent(open, TunnelEnd(writer: writer, stop: stop))
    }
  }

  /// Serves an agent: the first frame names the tunnel, every later one goes to the operator.
  func serveAgent(
    _ incoming: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>, _ writer: RPCWriter<Roost_V1_TunnelFrame>,
    from hostID: HostID
  ) async throws {
    try await TunnelPump.run(incoming) { first, stop in
      guard case .tunnelID(let text) = first.content, let id = UniqueID(text) else {
        throw FleetError(.invalid, "the first frame of an agent's tunnel names the tunnel")
      }
      return try await broker.meetOperator(id, from: hostID, far: TunnelEnd(writer: writer, stop: stop))
    }
  }

  private func meetAgent(_ open: Roost_V1_TunnelOpen, _ near: TunnelEnd) async throws -> TunnelEnd {
    guard ["console", "vnc"].contains(open.kind) else {
      throw FleetError(.invalid, "\"\(open.kind.printable)\" is not a kind of tunnel")
    }
    let view = await inventory.view
    let vm = try view.requiredVM(open.vm)
    guard let entry = view.host(vm.host) else { throw FleetError(.notFound, "VM \"\(vm.name)\" has no host") }
    try Admission.checkReachable(entry, "reach VM \"\(vm.name)\"", now: clock.now())
    guard vm.state == .running || vm.state == .paused else {
      throw FleetError(
        .precondition, "VM \"\(vm.name)\" is \(vm.state.name)", hint: "start it: roost start \(vm.name.shellQuoted)")
    }
    if open.kind == "vnc", vm.managed, vm.vnc == nil, view.vms[vm.id]?.spec.vnc == nil {
      throw FleetError(
        .precondition, "VM \"\(vm.name)\" has no VNC display",
        hint: "give it one while it is off: roost set \(vm.name.shellQuoted) vnc=socket; or reach its console: "
          + "roost console \(vm.name.shellQuoted)")
    }
    let id = UniqueID(from: random)
    let request = Roost_V1_CoordinatorMessage.with {
      $0.tunnel = .with {
        $0.tunnelID = id.description
        $0.vmID = vm.id.description
        $0.kind = open.kind
        $0.force = open.force
      }
    }
    let end = try await broker.meetAgent(id, on: entry.host.id, near: near, timeout: Self.timeout) { [sessions] in
      try await sessions.tell(entry.host.id, request)
    }
    do {
      try await near.writer.write(
        .with {
          $0.ready = .with {
            $0.host = vm.host
            $0.port = UInt32(clamping: vm.vnc?.port ?? 0)
          }
        })
    } catch {
      // The operator is gone, so the agent's side is closed without waiting for its next frame.
      end.stop()
      throw error
    }
    return end
  }
}

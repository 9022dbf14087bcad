import Fleet
import Scheduling
import Store

extension Admission {
  /// Accepts the start or stop of a host's libvirt network.
  /// - Throws: ``FleetError``: `notFound`, `unreachable`, `precondition` when running VMs would lose it.
  func setNetwork(
    _ name: String, host hostName: String, active: Bool, _ write: IdempotencyKey
  ) async throws -> FleetOperation {
    try await accept(write) {
      let view = await inventory.view
      let entry = try view.requiredHost(hostName)
      try Self.checkReachable(
        entry, "\(active ? "start" : "stop") network \"\(name.printable)\"", now: clock.now())
      guard entry.facts?.networks.contains(where: { $0.name == name }) == true else {
        throw FleetError(
          .notFound, "host \"\(entry.host.name)\" has no network \"\(name.printable)\"",
          hint: "list them: roost network list")
      }
      if !active { try Self.checkUnused(name, on: entry, in: view) }
      return change(name, on: entry, active: active)
    }.operation
  }

  /// Refuses to stop a network that running VMs use.
  private static func checkUnused(_ name: String, on entry: HostEntry, in view: FleetView) throws(FleetError) {
    let users = entry.domains.values.filter { domain in
      domain.state.isActive && domain.live?.nics.contains { $0.network == name } == true
    }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    guard let first = users.first else { return }
    let isManaged = view.vms[first.id]?.hostID == entry.host.id
    throw FleetError(
      .precondition, "network \"\(name)\" on \(entry.host.name) carries the running VM \"\(first.name.printable)\"",
      hint: isManaged
        ? "stop it first: roost stop \(first.name.shellQuoted)"
        : "stop it first on \(entry.host.name); Roost does not manage it: virsh shutdown \(first.name.shellQuoted)")
  }

  private func change(_ name: String, on entry: HostEntry, active: Bool) -> Change<AcceptedOperation> {
    let kind: OperationKind = active ? .networkStart : .networkStop
    let operation = FleetOperation(
      id: OperationID(from: random), kind: kind, subject: name, hostID: entry.host.id, host: entry.host.name,
      steps: Reconciliation.steps(for: kind), createdAt: clock.now(), actor: Caller.actor)
    return { transaction in
      let open = try transaction.openOperations(on: entry.host.id)
      if let busy = open.first(where: { $0.vmID == nil && $0.subject == name }) {
        throw FleetError(
          .conflict, "network \"\(name)\" on \(entry.host.name) is busy with the operation \(busy.kind.rawValue)",
          hint: "wait for it: roost op wait \(busy.id), or end it: roost op cancel \(busy.id)", operation: busy.id,
          retryable: true)
      }
      return AcceptedOperation(
        operation, active ? .networkStart : .networkStop,
        "\(active ? "start" : "stop") of network \"\(name)\" on \(entry.host.name) is asked for")
    }
  }
}

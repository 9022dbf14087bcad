import Fleet
import Scheduling
import Store

extension Admission {
  /// Accepts the start or stop of a host's libvirt network.
  /// - Throws: ``FleetError``: `notFound`, `unreachable`, `precondition` when running VMs would lose it.
  func setNetwork(
    _ name: String, host hostName: String, active: Bool, _ write: WriteRequest
  ) async throws -> FleetOperation {
    if let earlier = try await replay(write)?.operation { return earlier }
    let view = await inventory.view
    let entry = try view.requiredHost(hostName)
    try Self.checkReachable(
      entry, "\(active ? "start" : "stop") network \"\(name.printable)\"", now: clock.now())
    guard entry.facts?.networks.contains(where: { $0.name == name }) == true else {
      throw FleetError(
        .notFound, "host \"\(entry.host.name)\" has no network \"\(name.printable)\"",
        hint: "list them: roost network list")
    }
    let users = entry.domains.values.filter { domain in
      domain.state.isActive && domain.live?.nics.contains { $0.network == name } == true
    }.map(\.name).sorted()
    guard active || users.isEmpty else {
      throw FleetError(
        .precondition, "network \"\(name)\" on \(entry.host.name) carries the running VM \"\(users[0])\"",
        hint: "stop it first: roost stop \(users[0].shellQuoted)")
    }
    let now = clock.now()
    let kind: OperationKind = active ? .networkStart : .networkStop
    let operation = FleetOperation(
      id: OperationID(from: random), kind: kind, subject: name, hostID: entry.host.id, host: entry.host.name,
      steps: Reconciliation.steps(for: kind, start: false), createdAt: now, actor: Caller.actor)
    try await store.commit { transaction in
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, operationID: operation.id, at: now))
      try transaction.appendEvent(
        at: now, kind: active ? "network.start" : "network.stop", subject: name,
        message: "\(active ? "start" : "stop") of network \"\(name)\" on \(entry.host.name) is asked for")
    }
    await driver.begin(operation)
    await feed.poke()
    return operation
  }
}

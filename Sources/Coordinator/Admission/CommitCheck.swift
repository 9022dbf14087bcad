import Fleet
import Scheduling
import Store

/// Checks whether a decision still holds by the store's own rows, in the transaction that writes it.
struct CommitCheck: Sendable {
  let request: PlacementRequest
  /// The chosen host as of the decision.
  let entry: HostEntry
  /// What unmanaged VMs reserve there.
  let unmanaged: Reservation
  /// The hosts of the decision.
  let index: PlacementIndex

  /// True if the chosen host takes the VM now: its room, the members of the VM's groups, and survival.
  func holds(in transaction: FleetTransaction) throws -> Bool {
    guard let row = try transaction.host(entry.host.id), var host = index.host(entry.host.name),
      try transaction.placementPolicy() == index.policy
    else { return false }
    var present = entry
    present.host = row
    host.state = present.state
    host.stateDetail = present.reason
    host.labels = row.labels
    host.capacity = present.facts?.capacity ?? row.capacity
    host.reserved = try transaction.reserved(on: row.id) + unmanaged
    var members: [String: [HostID: Int]] = [:]
    for group in request.constraints.groups where index.policy.rules.contains(where: { $0.group == group }) {
      members[group] = try transaction.members(of: group, except: request.spec.name)
    }
    let refusal = Placement.verify(request, on: host, members: members, among: index.hosts, under: index.policy)
    guard refusal == nil else { return false }
    return try index.policy.survive == 0 || isAsDecided(transaction)
  }

  /// Survival was computed for every host's VMs, so it holds only while those are the same.
  private func isAsDecided(_ transaction: FleetTransaction) throws -> Bool {
    let reserved = try transaction.reservations()
    return index.hosts.allSatisfy { host in
      let managed = host.vms.filter(\.isManaged).reduce(Reservation()) { $0 + $1.request.spec.reservation }
      return managed == reserved[host.id] ?? Reservation()
    }
  }
}

import Fleet
import Scheduling
import Store

/// Whether a decision still stands by the store's own rows, asked in the transaction that writes it.
struct CommitCheck: Sendable {
  let request: PlacementRequest
  /// The chosen host as it was decided on.
  let entry: HostEntry
  /// What runs there unmanaged.
  let unmanaged: Reservation
  /// The hosts that were decided on.
  let index: PlacementIndex

  /// True if the chosen host takes the VM now: its room, the members of the VM's groups, and what must survive.
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

  /// Whether the fleet survives what it must was worked out on every host's VMs: it stands while those are the same.
  private func isAsDecided(_ transaction: FleetTransaction) throws -> Bool {
    let reserved = try transaction.reservations()
    return index.hosts.allSatisfy { host in
      let managed = host.vms.filter(\.isManaged).reduce(Reservation()) { $0 + $1.request.spec.reservation }
      return managed == reserved[host.id] ?? Reservation()
    }
  }
}

public import Fleet

/// The order in which wanted moves can be made one by one, each legal when its turn comes.
public struct MoveOrder: Hashable, Sendable {
  /// The moves in their order; a VM that had to make a stop on a third host moves twice.
  public var moves: [Move]
  /// VMs that wait for each other in a ring that no third host can open, by name, each ring once.
  public var rings: [[String]]
  /// VMs that wait for room that nobody leaves, by name, with the host they want.
  public var blocked: [Refusal]

  /// Makes an order.
  public init(moves: [Move], rings: [[String]], blocked: [Refusal]) {
    self.moves = moves
    self.rings = rings
    self.blocked = blocked
  }

  /// Orders moves.
  /// - Parameter targets: the host each VM is to end on, by the VM's name; what is not there is blocked.
  public static func order(
    _ targets: [String: String], on hosts: [HostSnapshot], under policy: FleetPolicy = FleetPolicy(),
    limits: MoveLimits = MoveLimits()
  ) -> MoveOrder {
    var search = MoveOrderSearch(Planner(Board(hosts, under: policy), limits: limits), targets)
    return search.run()
  }
}

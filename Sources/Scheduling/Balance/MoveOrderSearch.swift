internal import Fleet

/// The search for a ``MoveOrder``.
struct MoveOrderSearch {
  private var planner: MovePlanner
  /// The target of each VM that has yet to move, in the order of their names.
  private var waiting: [(vm: Int, host: Int)] = []
  private var blocked: [Refusal] = []
  private var stopped: Set<Int> = []

  init(_ planner: MovePlanner, _ targets: [String: String]) {
    self.planner = planner
    let packing = planner.packing
    let numbers = Dictionary(
      packing.vms.indices.map { (packing.vms[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, target) in targets.sorted(by: { $0.key < $1.key }) {
      guard let vm = numbers[name], packing.home[vm] >= 0 else {
        blocked.append(Refusal(host: target, rule: "vm", detail: "there is no VM \"\(name.printable)\""))
        continue
      }
      guard let host = packing.position(of: target) else {
        blocked.append(Refusal(host: target, rule: "host", detail: "\(name) wants a host that is not there"))
        continue
      }
      let home = packing.hosts[packing.home[vm]].name
      if host == packing.home[vm] { continue }
      if let obstacle = planner.migration.obstacle(packing.vms[vm], on: home) {
        blocked.append(Refusal(host: target, rule: "move", detail: "\(name) stays: \(obstacle)"))
      } else {
        waiting.append((vm, host))
      }
    }
  }

  /// Makes the moves that are legal, opens rings by a stop on a third host, and names the VMs that remain.
  mutating func run() -> MoveOrder {
    while advance() || detour() {}
    var rings: [[String]] = []
    var ringed: Set<Int> = []
    for entry in waiting where !ringed.contains(entry.vm) {
      guard let ring = ring(from: entry.vm) else { continue }
      ringed.formUnion(ring)
      rings.append(ring.map { planner.packing.vms[$0].name }.sorted())
    }
    for entry in waiting where !ringed.contains(entry.vm) {
      let name = planner.packing.vms[entry.vm].name
      blocked.append(
        Refusal(host: planner.packing.hosts[entry.host].name, rule: "move", detail: "\(name) waits for room there"))
    }
    return MoveOrder(moves: planner.moves, rings: rings, blocked: blocked)
  }

  /// Makes the first move that is legal; false if none is.
  private mutating func advance() -> Bool {
    guard planner.mayMove, let index = waiting.firstIndex(where: { planner.isLegal($0.vm, to: $0.host) }) else {
      return false
    }
    let entry = waiting.remove(at: index)
    planner.move(entry.vm, to: entry.host, why: "goes where it is wanted")
    return true
  }

  /// Moves one VM to a third host if that lets another one move; each VM at most once.
  private mutating func detour() -> Bool {
    guard planner.moves.count + 2 <= planner.limits.moves else { return false }
    for entry in waiting where !stopped.contains(entry.vm) {
      for host in planner.packing.hosts.indices where host != entry.host && planner.isLegal(entry.vm, to: host) {
        var after = planner
        let name = planner.packing.hosts[entry.host].name
        after.move(entry.vm, to: host, why: "waits there until \(name) has room")
        guard waiting.contains(where: { $0.vm != entry.vm && after.isLegal($0.vm, to: $0.host) }) else { continue }
        planner = after
        stopped.insert(entry.vm)
        return true
      }
    }
    return false
  }

  /// The VMs that wait for each other, starting with `vm`; nil if the chain is not a ring.
  private func ring(from vm: Int) -> [Int]? {
    var chain = [vm]
    while true {
      guard let target = waiting.first(where: { $0.vm == chain[chain.count - 1] })?.host,
        let next = waiting.first(where: { planner.packing.home[$0.vm] == target })?.vm
      else { return nil }
      if let start = chain.firstIndex(of: next) { return start == 0 ? chain : nil }
      chain.append(next)
    }
  }
}

package import Fleet

/// A plan in progress: the packing, its score, and the moves so far.
struct MovePlanner {
  private(set) var packing: PackingState
  private(set) var spread: Imbalance
  private(set) var moves: [Move] = []
  let migration: Migration
  let limits: MoveLimits
  /// Hosts that VMs should leave, besides those being drained.
  private let leaving: Set<Int>
  private var waves: MoveWaves

  init(_ packing: PackingState, leaving: Set<Int> = [], limits: MoveLimits) {
    self.packing = packing
    self.leaving = leaving
    self.limits = limits
    spread = Imbalance(packing, leaving: leaving)
    migration = Migration(packing, limits)
    waves = MoveWaves(limits)
  }

  /// The present score, computed from scratch.
  var score: Double { Imbalance.score(of: packing, leaving: leaving) }

  /// True while the limit of moves allows another one.
  var mayMove: Bool { moves.count < limits.moves }

  /// True if the VM may move to the host now.
  func isLegal(_ vm: Int, to host: Int) -> Bool {
    host != packing.home[vm] && !spread.isLeft[host] && packing.takes(vm, host)
      && migration.isPossible(vm, to: host, on: packing)
  }

  /// How much the score would grow.
  func change(_ vm: Int, to host: Int) -> Double {
    let packedVM = packing.vms[vm]
    let change = spread.change(packedVM.size, from: packing.home[vm], to: host)
    return packedVM.rules.isEmpty && spread.isLeft[packing.home[vm]] == false
      ? change : change + spread.penaltyChange(vm, to: host, on: packing)
  }

  /// How much the score would grow if two VMs changed places.
  func change(exchanging vm: Int, with other: Int) -> Double {
    let (a, b) = (packing.vms[vm], packing.vms[other])
    let (from, to) = (packing.home[vm], packing.home[other])
    let change = spread.change(a.size - b.size, from: from, to: to)
    guard !a.rules.isEmpty || !b.rules.isEmpty else { return change }
    // A rule that applies to both VMs is not affected by the exchange.
    return change + spread.penaltyChange(vm, to: to, on: packing, but: b.rules)
      + spread.penaltyChange(other, to: from, on: packing, but: a.rules)
  }

  /// Of the hosts that take the VM, the one that lowers the score most; ties go to the first by name.
  func bestTarget(_ vm: Int, among hosts: [Int]) -> (host: Int, change: Double)? {
    var best: (host: Int, change: Double)?
    for host in hosts where isLegal(vm, to: host) {
      let change = change(vm, to: host)
      if best.map({ change < $0.change - 1e-12 }) ?? true { best = (host, change) }
    }
    return best
  }

  /// Makes a legal move.
  mutating func move(_ vm: Int, to host: Int, why: String) {
    let from = packing.home[vm]
    let packedVM = packing.vms[vm]
    let gain = -change(vm, to: host)
    let wave = waves.next(vm, packedVM, from: from, to: host, free: packing.free[host])
    moves.append(
      Move(
        vm: packedVM.name, from: packing.hosts[from].name, to: packing.hosts[host].name, why: why, gain: gain,
        wave: wave,
        seconds: migration.seconds(packedVM)))
    spread.move(packedVM.size, from: from, to: host)
    packing.move(vm, to: host)
  }
}

/// The order in which requested moves can run one by one, each legal in its turn.
package struct MoveOrder: Hashable, Sendable {
  /// The moves in their order; a VM that stops on a third host moves twice.
  package var moves: [Move]
  /// Each ring of VMs that wait for each other and that no third host can open, by name.
  package var rings: [[String]]
  /// VMs that wait for room that no other VM leaves, by name, each with its target.
  package var blocked: [Refusal]

  /// Makes an order.
  package init(moves: [Move], rings: [[String]], blocked: [Refusal]) {
    self.moves = moves
    self.rings = rings
    self.blocked = blocked
  }

  /// Orders moves.
  /// - Parameter targets: the target host of each VM, by the VM's name; an unknown VM or host is blocked.
  package static func order(
    _ targets: [String: String], on hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
    limits: MoveLimits = MoveLimits()
  ) -> MoveOrder {
    var search = MoveOrderSearch(MovePlanner(PackingState(hosts, under: policy), limits: limits), targets)
    return search.run()
  }
}

/// Sorts moves into waves; the moves of one wave may run at the same time.
///
/// During a wave its VMs are reserved on both hosts, so no move counts on room that another move of the same wave
/// frees. VMs to which the same rule applies never move at the same time, because their hosts are uncertain meanwhile.
struct MoveWaves {
  private let limits: MoveLimits
  private var wave = 1
  private var count = 0
  private var perHost: [Int: Int] = [:]
  private var leftBehind: [Int: Resources] = [:]
  private var moved: Set<Int> = []
  private var spoken: Set<Int> = []

  init(_ limits: MoveLimits) {
    self.limits = limits
  }

  /// The wave of the next move; `free` is the room of its target after all moves before.
  mutating func next(_ vm: Int, _ packedVM: PackingState.PackedVM, from: Int, to: Int, free: Resources) -> Int {
    let size = packedVM.size
    let isFull =
      count >= limits.parallel || perHost[from, default: 0] >= limits.parallelPerHost
      || perHost[to, default: 0] >= limits.parallelPerHost || moved.contains(vm)
      || !spoken.isDisjoint(with: packedVM.rules)
    if isFull || !size.fits(in: free - (leftBehind[to] ?? Resources())) {
      wave += 1
      count = 0
      perHost = [:]
      leftBehind = [:]
      moved = []
      spoken = []
    }
    moved.insert(vm)
    spoken.formUnion(packedVM.rules)
    count += 1
    perHost[from, default: 0] += 1
    perHost[to, default: 0] += 1
    leftBehind[from] = (leftBehind[from] ?? Resources()) + size
    return wave
  }
}

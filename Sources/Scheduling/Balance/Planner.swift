internal import Fleet

/// A plan under way: a board, how even it is, and the moves so far.
struct Planner {
  private(set) var board: Board
  private(set) var spread: Spread
  private(set) var moves: [Move] = []
  let migration: Migration
  let limits: MoveLimits
  /// Hosts that VMs are to leave, besides those that are being drained.
  private let leaving: Set<Int>
  private var waves: Waves

  init(_ board: Board, leaving: Set<Int> = [], limits: MoveLimits) {
    self.board = board
    self.leaving = leaving
    self.limits = limits
    spread = Spread(board, leaving: leaving)
    migration = Migration(board, limits)
    waves = Waves(limits)
  }

  /// The score as it is now, from scratch.
  var score: Double { Spread.score(of: board, leaving: leaving) }

  /// True if there may be more moves.
  var mayMove: Bool { moves.count < limits.moves }

  /// True if the VM may go there now, as a step by itself.
  func isLegal(_ vm: Int, to host: Int) -> Bool {
    host != board.home[vm] && !spread.isLeft[host] && board.takes(vm, host)
      && migration.isPossible(vm, to: host, on: board)
  }

  /// By how much the score would grow.
  func change(_ vm: Int, to host: Int) -> Double {
    let seat = board.vms[vm]
    let change = spread.change(seat.size, from: board.home[vm], to: host)
    return seat.rules.isEmpty && spread.isLeft[board.home[vm]] == false
      ? change : change + spread.penaltyChange(vm, to: host, on: board)
  }

  /// By how much the score would grow if two VMs changed places.
  func change(exchanging vm: Int, with other: Int) -> Double {
    let (a, b) = (board.vms[vm], board.vms[other])
    let (from, to) = (board.home[vm], board.home[other])
    let change = spread.change(a.size - b.size, from: from, to: to)
    guard !a.rules.isEmpty || !b.rules.isEmpty else { return change }
    // Of two of one group it does not matter which is where.
    return change + spread.penaltyChange(vm, to: to, on: board, but: b.rules)
      + spread.penaltyChange(other, to: from, on: board, but: a.rules)
  }

  /// The host that betters the score most, of those that take the VM; ties go to the first by name.
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
    let from = board.home[vm]
    let seat = board.vms[vm]
    let gain = -change(vm, to: host)
    let wave = waves.next(vm, seat, from: from, to: host, free: board.free[host])
    moves.append(
      Move(
        vm: seat.name, from: board.hosts[from].name, to: board.hosts[host].name, why: why, gain: gain, wave: wave,
        seconds: migration.seconds(seat)))
    spread.move(seat.size, from: from, to: host)
    board.move(vm, to: host)
  }
}

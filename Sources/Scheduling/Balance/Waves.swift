/// Sorts moves, in their order, into waves whose moves may go on at the same time.
///
/// While a wave goes on its VMs are reserved on both hosts, so that no move of it counts on room that another one of
/// it leaves. VMs of which one rule speaks never move at the same time: nobody knows who is where meanwhile.
struct Waves {
  private let limits: MoveLimits
  private var wave = 1
  private var count = 0
  private var perHost: [Int: Int] = [:]
  private var leftBehind: [Int: Amount] = [:]
  private var moved: Set<Int> = []
  private var spoken: Set<Int> = []

  init(_ limits: MoveLimits) {
    self.limits = limits
  }

  /// The wave of the next move; `free` is what its target has left once all moves before are done.
  mutating func next(_ vm: Int, _ seat: Board.Seated, from: Int, to: Int, free: Amount) -> Int {
    let size = seat.size
    let isFull =
      count >= limits.parallel || perHost[from, default: 0] >= limits.parallelPerHost
      || perHost[to, default: 0] >= limits.parallelPerHost || moved.contains(vm)
      || !spoken.isDisjoint(with: seat.rules)
    if isFull || !size.fits(in: free - (leftBehind[to] ?? Amount())) {
      wave += 1
      count = 0
      perHost = [:]
      leftBehind = [:]
      moved = []
      spoken = []
    }
    moved.insert(vm)
    spoken.formUnion(seat.rules)
    count += 1
    perHost[from, default: 0] += 1
    perHost[to, default: 0] += 1
    leftBehind[from] = (leftBehind[from] ?? Amount()) + size
    return wave
  }
}

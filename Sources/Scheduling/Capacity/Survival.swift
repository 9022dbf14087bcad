public import Fleet

/// Whether a fleet outlives the loss of hosts: the others have room for their VMs, every hard rule kept.
///
/// A VM that is tied to its host ends with it and asks nobody for room. Unmanaged VMs are not asked after either.
public struct Survival: Sendable {
  /// A loss that strands VMs.
  public struct Loss: Hashable, Sendable {
    /// The hosts that fail, by name.
    public var hosts: [String]
    /// The VMs that find no host, by name.
    public var stranded: [String]
    /// True if no arrangement would do; false if none was found in the time allowed.
    public var isProven: Bool

    /// Such as `if h2 fails, db-1 finds no host`.
    public var detail: String {
      let who = hosts.joined(separator: " and ")
      let shown = stranded.prefix(4).joined(separator: ", ")
      let list = stranded.count > 4 ? "\(shown) and \(stranded.count - 4) more" : shown
      let find = stranded.count == 1 ? "finds" : "find"
      return
        "if \(who) \(hosts.count == 1 ? "fails" : "fail"), \(list) \(find) no host\(isProven ? "" : " that was tried")"
    }
  }

  /// At most so many sets of failing hosts are tried one by one; beyond, sums have to do.
  static let mostSets = 400_000

  var board: Board
  private let survive: Int
  /// The first host of each set of hosts that are alike in all that matters, and how many there are.
  private var classes: [(host: Int, members: [Int])] = []

  /// Takes the hosts as they are.
  public init(_ hosts: [HostSnapshot], under policy: FleetPolicy) {
    self.init(Board(hosts, under: policy), survive: policy.survive)
  }

  init(_ board: Board, survive: Int) {
    self.board = board
    self.survive = max(0, survive)
    // One host after the other is tried as soon as likenesses are found; sets of hosts are many.
    classes = survive < 2 ? board.hosts.indices.map { ($0, [$0]) } : Self.classes(of: board)
  }

  /// Every loss of 1 to ``FleetPolicy/survive`` hosts that strands VMs, smallest sets first; hosts that are alike
  /// stand for each other.
  public mutating func losses() -> [Loss] {
    var found: [Loss] = []
    _ = visit { loss in
      found.append(loss)
      return true
    }
    return found
  }

  /// The first loss that strands VMs; nil if the fleet outlives all of them.
  public mutating func firstLoss() -> Loss? {
    var found: Loss?
    _ = visit { loss in
      found = loss
      return false
    }
    return found
  }

  /// Why a host may not take a VM: with it there some loss would strand VMs. Nil if it may.
  public mutating func refusal(of request: PlacementRequest, on host: String) -> Refusal? {
    guard survive > 0, let position = board.position(of: host) else { return nil }
    var after = board
    let vm = after.append(PlacedVM(request))
    after.move(vm, to: position)
    var survival = Survival(after, survive: survive)
    return survival.firstLoss().map { Refusal(host: host, rule: "survive", detail: $0.detail) }
  }

  /// As ``refusal(of:on:)``, for one question.
  static func refusal(
    of request: PlacementRequest, on host: String, among hosts: [HostSnapshot], under policy: FleetPolicy
  ) -> Refusal? {
    var survival = Survival(hosts, under: policy)
    return survival.refusal(of: request, on: host)
  }

  /// Calls `body` with each loss that strands VMs until it returns false; false if that ended it.
  private mutating func visit(_ body: (Loss) -> Bool) -> Bool {
    let rehoming = Rehoming(board)
    for size in 1...max(1, survive) where survive > 0 {
      guard size <= board.hosts.count else { break }
      if size > 1, Self.sets(classes.count, size) > Self.mostSets {
        return hasRoomByUnits(size) ? true : body(Loss(hosts: [], stranded: ["some VM"], isProven: false))
      }
      let whole = eachSet(of: size) { failed, board in
        switch rehoming.outcome(of: failed, on: &board) {
        case .taken: return true
        case .stranded(let vms, let isProven):
          return body(
            Loss(
              hosts: failed.map { board.hosts[$0].name }, stranded: vms.map { board.vms[$0].name }, isProven: isProven))
        }
      }
      guard whole else { return false }
    }
    return true
  }

  /// Calls `body` for sets of hosts that differ in more than names.
  private mutating func eachSet(of size: Int, _ body: ([Int], inout Board) -> Bool) -> Bool {
    var picks: [Int] = []
    return pick(size, from: 0, &picks, body)
  }

  private mutating func pick(
    _ size: Int, from start: Int, _ picks: inout [Int], _ body: ([Int], inout Board) -> Bool
  ) -> Bool {
    guard picks.count < size else { return body(hosts(of: picks), &board) }
    for number in start..<classes.count {
      guard picks.count(where: { $0 == number }) < classes[number].members.count else { continue }
      picks.append(number)
      let goesOn = pick(size, from: number, &picks, body)
      picks.removeLast()
      guard goesOn else { return false }
    }
    return true
  }

  private func hosts(of picks: [Int]) -> [Int] {
    var taken: [Int: Int] = [:]
    return picks.map { number in
      taken[number, default: -1] += 1
      return classes[number].members[taken[number, default: 0]]
    }
  }

  private static func sets(_ count: Int, _ size: Int) -> Int {
    var product = 1.0
    for step in 0..<size { product *= Double(count + size - 1 - step) / Double(step + 1) }
    return Int(min(product, 1e15))
  }
}

extension Survival {
  /// A bound that holds without trying: every VM counted as large as the largest, every host by how many such it
  /// takes. Where rules, counted resources or different demands speak, it promises nothing.
  private func hasRoomByUnits(_ size: Int) -> Bool {
    guard board.shapes.count == 1, board.rules.allSatisfy(\.rule.isSoft), board.vms.allSatisfy(\.extras.isEmpty) else {
      return false
    }
    var unit = Amount()
    for vm in board.vms {
      unit = Amount(
        vcpus: max(unit.vcpus, vm.size.vcpus), memory: max(unit.memory, vm.size.memory),
        disk: max(unit.disk, vm.size.disk))
    }
    let units = board.hosts.indices.map { board.allows(0, $0) ? board.free[$0].count(of: unit, most: 1 << 40) : 0 }
    let claims = board.hosts.indices.map { host in units[host] + board.seated[host].count { !board.vms[$0].isTied } }
    let worst = claims.sorted(by: >).prefix(size).reduce(0, +)
    return worst <= units.reduce(0, +)
  }

  /// Hosts alike in kind, limit, room and VMs; hosts whose VMs rules speak of are each a class.
  private static func classes(of board: Board) -> [(host: Int, members: [Int])] {
    struct Key: Hashable {
      let kind: Int
      let limit: Amount
      let free: Amount
      let extras: [Int]
      let vms: [VM]
      let alone: Int
    }
    struct VM: Hashable {
      let size: Amount
      let shape: Int
      let extras: [Board.Extra]
    }
    var known: [Key: Int] = [:]
    var classes: [(host: Int, members: [Int])] = []
    let isFree = board.rules.allSatisfy(\.rule.isSoft) && board.shapes.allSatisfy { $0.only < 0 }
    for host in board.hosts.indices {
      let vms = board.seated[host].map { number -> VM in
        let vm = board.vms[number]
        return VM(size: vm.size, shape: vm.shape, extras: vm.extras)
      }.sorted {
        ($0.size.memory, $0.size.vcpus, $0.size.disk, $0.shape) < (
          $1.size.memory, $1.size.vcpus, $1.size.disk, $1.shape
        )
      }
      let key = Key(
        kind: board.kinds.of[host], limit: board.limit[host], free: board.free[host], extras: board.extras[host],
        vms: vms, alone: isFree ? -1 : host)
      if let number = known[key] {
        classes[number].members.append(host)
      } else {
        known[key] = classes.count
        classes.append((host, [host]))
      }
    }
    return classes
  }
}

import Fleet
import Scheduling

/// Carries out a plan step by step by the one step placements are made of, and says what is wrong with it.
enum PlanChecks {
  /// What is wrong with the first move that can't be made in its turn; nil if all can. `hosts` is afterwards.
  static func run(_ moves: [Move], on hosts: inout [HostSnapshot], under policy: PlacementPolicy) -> String? {
    for (number, move) in moves.enumerated() {
      guard let from = hosts.firstIndex(where: { $0.name == move.from }),
        let to = hosts.firstIndex(where: { $0.name == move.to }), from != to,
        let vm = hosts[from].vms.first(where: { $0.name == move.vm })
      else { return "move \(number + 1): \(move.vm) is not on \(move.from)" }
      if vm.request.host != nil { return "move \(number + 1): \(move.vm) is tied" }
      let rules = PlacementPolicy(rules: policy.rules)
      if let refusal = Placement.verify(vm.request, on: hosts[to], among: hosts, under: rules) {
        return "move \(number + 1): \(move.vm) to \(move.to) breaks \(refusal.rule): \(refusal.detail)"
      }
      guard case .admitted(let after) = hosts[to].adding(vm) else { return "move \(number + 1) oversells \(move.to)" }
      hosts[to] = after
      hosts[from] = hosts[from].removing(move.vm)
    }
    return nil
  }

  /// True for a step of two VMs that change places.
  static func isExchange(_ move: Move) -> Bool {
    move.why.contains("change places") || move.why.contains("changes places")
  }

  /// The first move that gains nothing, exchanges taken as a whole; nil if there is none.
  static func loser(_ moves: [Move]) -> Move? {
    var index = 0
    while index < moves.count {
      guard isExchange(moves[index]) else {
        if moves[index].gain <= 0 { return moves[index] }
        index += 1
        continue
      }
      let count = moves[index].why.hasPrefix("waits") ? 3 : 2
      guard index + count <= moves.count else { return moves[index] }
      if moves[index..<index + count].reduce(0, { $0 + $1.gain }) <= 0 { return moves[index] }
      index += count
    }
    return nil
  }

  /// What is wrong with the waves: while one goes on its VMs are on both hosts.
  static func waves(_ moves: [Move], on hosts: [HostSnapshot], _ limits: MoveLimits) -> String? {
    var hosts = hosts
    for (wave, moves) in Dictionary(grouping: moves, by: \.wave).sorted(by: { $0.key < $1.key }) {
      if moves.count > limits.parallel { return "wave \(wave) has \(moves.count) moves" }
      for name in Set(moves.flatMap { [$0.from, $0.to] }) {
        let count = moves.count { $0.from == name || $0.to == name }
        if count > limits.parallelPerHost { return "wave \(wave) has \(count) moves of \(name)" }
      }
      for move in moves {
        guard let from = hosts.first(where: { $0.name == move.from }),
          let to = hosts.firstIndex(where: { $0.name == move.to }),
          let vm = from.vms.first(where: { $0.name == move.vm }), case .admitted(let after) = hosts[to].adding(vm)
        else { return "wave \(wave) oversells \(move.to)" }
        hosts[to] = after
      }
      for move in moves { hosts = hosts.map { $0.name == move.from ? $0.removing(move.vm) : $0 } }
    }
    return nil
  }
}

import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Balance and drain")
struct BalancePlanTests {
  private static func host(_ name: String, _ vms: [PlacedVM] = []) -> HostSnapshot {
    var host = HostSnapshot.sample(name)
    for vm in vms {
      guard case .admitted(let after) = host.adding(vm) else { continue }
      host = after
    }
    return host
  }

  private static func vm(_ name: String, memory: Int64 = 2, vcpus: Int = 1, group: String? = nil) -> PlacedVM {
    PlacedVM(
      PlacementRequest(
        spec: .sample(name, vcpus: vcpus, memory: .gibibytes(memory), disk: .gibibytes(1)),
        constraints: PlacementConstraints(groups: group.map { [$0] } ?? [])))
  }

  @Test("a skewed fleet of twenty is even after eighty moves, each with its reason")
  func skewed() {
    let hosts = (0..<20).map { number -> HostSnapshot in
      var host = HostSnapshot.sample(
        "h\(number)",
        capacity: HostCapacity(vcpus: 64, memory: .gibibytes(128), disk: .gibibytes(2048), cpuRatio: 4))
      for index in 0..<(number < 5 ? 28 : 6) {
        if case .admitted(let after) = host.adding(Self.vm("v\(number)-\(index)", memory: 4, vcpus: 2)) { host = after }
      }
      return host
    }
    let plan = BalancePlan.plan(for: hosts)
    #expect(plan.moves.count == 80)
    #expect(plan.moves[0].why == "h0 has 88% of its memory reserved, h10 19%")
    var after = hosts
    #expect(PlanChecks.run(plan.moves, on: &after, under: PlacementPolicy()) == nil)
    #expect(Set(after.map(\.vmCount)) == [11, 12])
  }

  @Test("two VMs change places where no single move gains, by a third host if need be")
  func exchanges() {
    let two = [
      Self.host("a", [Self.vm("v9", memory: 9), Self.vm("v5", memory: 5)]),
      Self.host("b", [Self.vm("v6", memory: 6), Self.vm("v4", memory: 4)]),
    ]
    #expect(Self.run(two) == ["v5 b: changes places with v4", "v4 a: changes places with v5"])
    var tied = Self.vm("tied", memory: 10)
    tied.request.host = "c"
    let three = [
      Self.host("a", [Self.vm("v8", memory: 8), Self.vm("w8", memory: 8)]),
      Self.host("b", [Self.vm("v7", memory: 7), Self.vm("v6", memory: 6)]), Self.host("c", [tied]),
    ]
    let moves = [
      "v6 c: waits to change places with v8", "v8 b: changes places with v6", "v6 a: changes places with v8",
    ]
    #expect(Self.run(three) == moves)
  }

  /// The moves of a plan whose steps are legal and whose end is better than its start.
  private static func run(_ hosts: [HostSnapshot]) -> [String] {
    let plan = BalancePlan.plan(for: hosts)
    var after = hosts
    #expect(PlanChecks.run(plan.moves, on: &after, under: PlacementPolicy()) == nil)
    #expect(PlanChecks.waves(plan.moves, on: hosts, MoveLimits()) == nil)
    #expect(plan.scoreAfter < plan.scoreBefore && BalancePlan.plan(for: after).moves.isEmpty)
    return plan.moves.map { "\($0.vm) \($0.to): \($0.why)" }
  }

  @Test("a broken rule is mended before anything is evened")
  func mends() {
    let hosts = [Self.host("a", [Self.vm("w1", group: "web"), Self.vm("w2", group: "web")]), Self.host("b")]
    let policy = PlacementPolicy(rules: [PlacementRule(.apart, "web")])
    let plan = BalancePlan.plan(for: hosts, under: policy)
    #expect(plan.moves.map(\.vm) == ["w1"] || plan.moves.map(\.vm) == ["w2"])
    #expect(plan.moves[0].why == "apart: group \"web\" on a")
    #expect(plan.scoreBefore > 10 && plan.scoreAfter < 1)
  }

  @Test("a guest that writes memory too fast to send is not moved, nor is a tied one")
  func unmovable() {
    var busy = Self.vm("busy", memory: 4)
    busy.dirtyBytesPerSecond = 2_000_000_000
    var tied = Self.vm("tied", memory: 4)
    tied.request.host = "a"
    let hosts = [Self.host("a", [busy, tied]), Self.host("b")]
    #expect(BalancePlan.plan(for: hosts).moves.isEmpty)
    let drain = DrainPlan.plan("a", among: hosts)
    #expect(
      drain.verdicts.map(\.why) == ["its guest writes memory as fast as it can be sent", "it is tied to a"])
    #expect(!drain.isComplete)
  }

  @Test("a drain makes room by moving another VM on")
  func makesRoom() {
    // b has room for 8 once small is gone to c, and c never for 8.
    var c = Self.host("c", [Self.vm("filler", memory: 10)])
    c.labels = ["only": "small"]
    let hosts = [
      Self.host("a", [Self.vm("big", memory: 8)]),
      Self.host("b", [Self.vm("other", memory: 6), Self.vm("small", memory: 4)]), c,
    ]
    let plan = DrainPlan.plan("a", among: hosts)
    #expect(plan.isComplete)
    #expect(plan.moves.map { "\($0.vm) \($0.from) \($0.to)" } == ["small b c", "big a b"])
    #expect(plan.verdicts[0].why == "small makes room on b first")
  }

  @Test("who stays hears from every host")
  func stays() {
    let hosts = [Self.host("a", [Self.vm("big", memory: 12)]), Self.host("b", [Self.vm("other", memory: 6)])]
    let plan = DrainPlan.plan("a", among: hosts)
    #expect(
      plan.verdicts[0].refused == [Refusal(host: "b", rule: "memory", detail: "wants 12GiB, 10GiB of 16GiB is free")])
  }

  @Test("two VMs that want each other's place go by a third host, or are named without")
  func rings() {
    let a = Self.host("a", [Self.vm("x", memory: 10)])
    let b = Self.host("b", [Self.vm("y", memory: 10)])
    let targets = ["x": "b", "y": "a"]
    let stuck = MoveOrder.order(targets, on: [a, b])
    #expect(stuck.moves.isEmpty && stuck.rings == [["x", "y"]] && stuck.blocked.isEmpty)
    let open = MoveOrder.order(targets, on: [a, b, Self.host("c")])
    #expect(open.moves.map { "\($0.vm) \($0.to)" } == ["x c", "y a", "x b"])
    #expect(open.rings.isEmpty)
  }

  @Test("a running guest is not moved to an older QEMU or to fewer CPU features")
  func compatible() {
    var hosts = [Self.host("a", [Self.vm("x", memory: 8)]), Self.host("b")]
    hosts[0].traits.qemuVersion = "8.2.1"
    hosts[1].traits.qemuVersion = "7.10.0"
    #expect(BalancePlan.plan(for: hosts).moves.isEmpty)
    #expect(DrainPlan.plan("a", among: hosts).verdicts[0].refused.map(\.rule) == ["migration-qemu"])
    hosts[1].traits.qemuVersion = "8.10.0"
    #expect(DrainPlan.plan("a", among: hosts).isComplete)
    hosts[0].traits.cpuModels = ["EPYC", "EPYC-Milan"]
    hosts[1].traits.cpuModels = ["EPYC"]
    #expect(DrainPlan.plan("a", among: hosts).verdicts[0].refused.map(\.rule) == ["migration-cpu"])
  }
}

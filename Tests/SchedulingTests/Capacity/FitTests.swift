import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("How many more fit")
struct FitTests {
  /// The fleet of the figures: 64 CPUs sold four times, 128 GiB and 2 TiB.
  private static func empty(_ count: Int) -> [HostSnapshot] {
    (0..<count).map { number in
      .sample(
        "h\(number)",
        capacity: HostCapacity(vcpus: 64, memory: .gibibytes(128), disk: .gibibytes(2048), cpuRatio: 4))
    }
  }

  private static let guest = PlacementRequest(
    spec: .sample("guest", vcpus: 2, memory: .gibibytes(4), disk: .gibibytes(20)))

  @Test("an empty fleet of equal hosts keeps as much free as it may lose", arguments: [20, 40])
  func equal(_ count: Int) {
    for survive in 0...2 {
      let fit = Fit.count(of: Self.guest, on: Self.empty(count), survive: survive)
      #expect(fit.count == 32 * (count - survive) && fit.isExact)
    }
  }

  @Test("the fleet one host short of full says whose loss is the limit")
  func limit() {
    let fit = Fit.count(of: Self.guest, on: Self.empty(2), survive: 1)
    #expect(fit.count == 32)
    #expect(fit.perHost == [Fit.Share(host: "h0", count: 16), Fit.Share(host: "h1", count: 16)])
    #expect(
      fit.limitedBy == [
        Refusal(host: "h0", rule: "survive", detail: "if h0 fails, the others have no room for one more"),
        Refusal(host: "h1", rule: "survive", detail: "if h0 fails, the others have no room for one more"),
      ])
  }

  @Test("without survival each host says what it lacks")
  func rooms() {
    var hosts = Self.empty(2)
    hosts[1].state = .cordoned
    let fit = Fit.count(of: Self.guest, on: hosts)
    #expect(fit.count == 32)
    #expect(
      fit.limitedBy == [
        Refusal(host: "h0", rule: "memory", detail: "wants 4GiB, 0B of 128GiB is free"),
        Refusal(host: "h1", rule: "state", detail: "is cordoned"),
      ])
  }

  @Test("one host alone survives nothing")
  func alone() {
    let fit = Fit.count(of: Self.guest, on: Self.empty(1), survive: 1)
    #expect(fit.count == 0 && fit.isExact)
    #expect(Fit.count(of: Self.guest, on: [], survive: 1).count == 0)
  }

  @Test("a group that stands apart has room for one in each rack")
  func apart() {
    var hosts = Self.empty(6)
    for index in hosts.indices { hosts[index].labels = ["rack": "r\(index % 2)"] }
    var request = Self.guest
    request.constraints.groups = ["db"]
    let byHost = PlacementPolicy(rules: [PlacementRule(.apart, "db")])
    let byRack = PlacementPolicy(rules: [PlacementRule(.apart, "db", by: "rack")])
    #expect(Fit.count(of: request, on: hosts, under: byHost).count == 6)
    #expect(Fit.count(of: request, on: hosts, under: byRack).count == 2)
    #expect(Fit.count(of: request, on: hosts, under: byHost, survive: 1).count == 5)
    #expect(Fit.count(of: request, on: hosts, under: byRack, survive: 1).count == 2)
  }

  @Test("a group that stands together has room in one place")
  func together() {
    var request = Self.guest
    request.constraints.groups = ["db"]
    let policy = PlacementPolicy(rules: [PlacementRule(.together, "db")])
    #expect(Fit.count(of: request, on: Self.empty(3), under: policy).count == 32)
  }

  @Test("several sizes fill one after another, and one more host shows what it brings")
  func severalSizes() {
    var large = Self.guest
    large.spec.memory = .gibibytes(96)
    let tiers = Fit.tiers([large, Self.guest], on: Self.empty(2))
    #expect(tiers.map(\.count) == [2, 16])
    let fits = Fit.withAnother(like: "h0", for: Self.guest, on: Self.empty(2), survive: 1)
    #expect(fits?.count == 64)
    #expect(Fit.withAnother(like: "h7", for: Self.guest, on: Self.empty(2), survive: 1) == nil)
  }

  @Test("devices, pools and huge pages limit as room does")
  func counted() {
    var hosts = Self.empty(2)
    hosts[0].traits.devices = ["gpu": .init(total: 3, reserved: 1)]
    hosts[1].traits.hugePages = [HugePages(pageSize: .mebibytes(2), total: 6000, free: 5000)]
    hosts[1].traits.pools = ["ssd": .init(total: 50 << 30)]
    var request = Self.guest
    request.constraints.devices = ["gpu": 1]
    let gpu = Fit.count(of: request, on: hosts)
    #expect(gpu.count == 2)
    #expect(gpu.limitedBy.map(\.detail) == ["wants 1 of gpu, 0 of 3 are free", "wants gpu, it has none"])
    request.constraints = PlacementConstraints(hugePage: .mebibytes(2))
    let pages = Fit.count(of: request, on: hosts)
    #expect(pages.count == 2)
    #expect(pages.limitedBy[1].detail == "wants 2048 pages of 2MiB, 904 of 6000 are free")
    // A host that takes larger pages by itself needs fewer of them, and not those of another size.
    hosts[0].traits.hugePages = [
      HugePages(pageSize: .mebibytes(2), total: 6000, free: 6000),
      HugePages(pageSize: .gibibytes(1), total: 7, free: 7, isDefault: true),
    ]
    request.constraints = PlacementConstraints(usesDefaultHugePages: true)
    let usual = Fit.count(of: request, on: hosts)
    #expect(usual.perHost.map(\.count) == [1, 2])
    #expect(usual.limitedBy[0].detail == "wants 4 pages of 1GiB, 3 of 7 are free")
    hosts[0].traits.hugePages = []
    request.constraints = PlacementConstraints(pools: ["ssd": .gibibytes(20)])
    let pool = Fit.count(of: request, on: hosts)
    #expect(pool.count == 2)
    #expect(pool.limitedBy[1].detail == "wants 20GiB of pool \"ssd\", 10GiB of 50GiB is free")
  }
}

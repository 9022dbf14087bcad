import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("What ranks a host")
struct PlacementScorerTests {
  private static func half(_ name: String) -> HostSnapshot {
    .sample(name, reserved: Reservation(vcpus: 4, memory: .gibibytes(8), disk: .gibibytes(100)))
  }

  @Test("spread goes to the emptier host, pack to the fuller")
  func policies() {
    let hosts = [Self.half("a"), .sample("b")]
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: hosts).host == "b")
    #expect(Placement.decide(PlacementRequest(spec: .sample(), strategy: .pack), on: hosts).host == "a")
  }

  @Test("the terms are what is left after the VM, and add up to the score")
  func terms() throws {
    let spec = VMSpec.sample(vcpus: 2, memory: .gibibytes(4), disk: .gibibytes(50))
    let spread = try #require(Placement.decide(PlacementRequest(spec: spec), on: [.sample()]).ranking.first)
    #expect(
      spread.terms == ["vcpus": 0.75, "memory": 0.75, "disk": 0.75, "acceleration": 1, "images": 0])
    #expect(spread.score == 3.25)
    let pack = try #require(
      Placement.decide(PlacementRequest(spec: spec, strategy: .pack), on: [.sample()]).ranking.first)
    #expect(pack.terms == ["vcpus": 0.25, "memory": 0.25, "disk": 0.25, "acceleration": 1, "images": 0])
    #expect(pack.score == 1.75)
  }

  @Test("equal hosts are ranked by name, whatever their order")
  func ties() {
    let hosts = ["h10", "h2", "h1"].map { HostSnapshot.sample($0) }
    let ranking = Placement.decide(PlacementRequest(spec: .sample()), on: hosts).ranking
    #expect(ranking.map(\.host) == ["h1", "h10", "h2"])
  }

  @Test("a VM that would like KVM goes where it works")
  func acceleration() {
    var slow = HostSnapshot.sample("a")
    slow.kvmUsable = false
    let hosts = [slow, Self.half("b")]
    var spec = VMSpec.sample()
    #expect(Placement.decide(PlacementRequest(spec: spec, strategy: .pack), on: hosts).host == "b")
    spec.acceleration = .none
    #expect(Placement.decide(PlacementRequest(spec: spec), on: hosts).host == "a")
  }

  @Test("an image that is there already decides between equals, and only there")
  func images() {
    var spec = VMSpec.sample()
    spec.disks[0].source = .overlay(ImageRef(id: .sample(501), name: "tiny"))
    var hosts = [HostSnapshot.sample("a"), .sample("b")]
    hosts[1].images = [.sample(501)]
    #expect(Placement.decide(PlacementRequest(spec: spec), on: hosts).host == "b")
    hosts[1].reserved.vcpus = 1
    #expect(Placement.decide(PlacementRequest(spec: spec), on: hosts).host == "a")
  }

  @Test("of equal hosts the one whose rack has most left is taken, unless few are wanted")
  func racks() {
    var hosts = ["a1", "a2", "b1", "b2"].map { HostSnapshot.sample($0) }
    for index in hosts.indices { hosts[index].labels["rack"] = String(hosts[index].name.prefix(1)) }
    hosts[0].reserved = Reservation(vcpus: 4, memory: .gibibytes(8))
    let decision = Placement.decide(PlacementRequest(spec: .sample()), on: hosts)
    #expect(decision.host == "b1")
    #expect(decision.ranking.first { $0.host == "a2" }?.terms["racks"] == 0.1875)
    #expect(PlacementIndex(hosts).choose(PlacementRequest(spec: .sample()))?.host == "b1")
    let flat = PlacementPolicy(weights: ["racks": 0])
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: hosts, under: flat).host == "a2")
    let packed = Placement.decide(PlacementRequest(spec: .sample(), strategy: .pack), on: hosts)
    #expect(packed.host == "a1" && packed.ranking[0].terms["racks"] == nil)
    for index in hosts.indices { hosts[index].labels["rack"] = "a" }
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: hosts).ranking[0].terms["racks"] == nil)
  }

  @Test("measured space weighs where it is less than the nominal")
  func measured() {
    var hosts = [HostSnapshot.sample("a"), .sample("b")]
    hosts[0].freePoolSpace = .gibibytes(20)
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: hosts).host == "b")
    hosts[0].freePoolSpace = .gibibytes(9999)
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: hosts).host == "a")
  }

  @Test("a decision without a host becomes an error that carries every refusal")
  func failures() throws {
    let request = PlacementRequest(spec: .sample(vcpus: 100))
    let none = try #require(Placement.decide(request, on: []).failure(for: "web-1"))
    #expect(none.code == .noHostFits && none.message == "no host fits VM \"web-1\": the fleet has no host")
    let one = try #require(Placement.decide(request, on: [.sample()]).failure(for: "web-1"))
    #expect(one.message == "no host fits VM \"web-1\": h1 refuses it by the rule vcpus")
    let two = try #require(Placement.decide(request, on: [.sample("b"), .sample("a")]).failure(for: "web-1"))
    #expect(two.message == "no host fits VM \"web-1\": all 2 hosts refuse it")
    #expect(two.refusals.map(\.host) == ["a", "b"])
    #expect(Placement.decide(PlacementRequest(spec: .sample()), on: [.sample()]).failure(for: "web-1") == nil)
  }
}

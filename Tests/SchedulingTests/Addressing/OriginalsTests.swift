import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Which of several that share an address is the original")
struct OriginalsTests {
  private func claimant(
    _ vm: String, on host: String = "h1", held: Bool = false, runs: Bool = false, seen: Int64? = nil
  ) -> Originals.Claimant {
    Originals.Claimant(
      owner: AddressOwner(vm: vm, vmID: nil, host: host), isHeld: held, isActive: runs,
      firstSeen: seen.map { Timestamp.sample.adding(seconds: $0) })
  }

  private func ruling(_ claimants: Originals.Claimant...) throws -> Originals.Ruling {
    try #require(Originals.ruling(among: claimants))
  }

  @Test("the one that runs, if only one runs, though another was seen first")
  func runs() throws {
    let found = try ruling(claimant("a", seen: 0), claimant("b", runs: true, seen: 9), claimant("c", seen: 1))
    #expect(found.original.vm == "b" && found.reason == .runsAlone && found.isSure)
  }

  @Test("the one that was seen first, if none runs")
  func seen() throws {
    let found = try ruling(claimant("a", seen: 2), claimant("b", seen: 1), claimant("c"))
    #expect(found.original.vm == "b" && found.reason == .wasSeenFirst && found.isSure)
  }

  @Test("of several that run the one that was seen first, and then it is a guess")
  func severalRun() throws {
    let found = try ruling(
      claimant("a", seen: 0), claimant("b", runs: true, seen: 5), claimant("c", runs: true, seen: 4))
    #expect(found.original.vm == "c" && found.reason == .wasSeenFirst)
    #expect(!found.isSure && found.rivals.map(\.vm) == ["b"])
  }

  @Test("the first by host and name, if nothing else tells them apart")
  func names() throws {
    let found = try ruling(claimant("a", on: "h2"), claimant("c"), claimant("b"))
    #expect(found.original.vm == "b" && found.reason == .comesFirst && found.isSure)
    let together = try ruling(claimant("z", on: "h1", seen: 3), claimant("a", on: "h2", seen: 3))
    #expect(together.original.vm == "z" && together.reason == .comesFirst)
  }

  @Test("the owner by the ledger before everybody, and then nothing is a guess")
  func held() throws {
    let found = try ruling(claimant("a", runs: true, seen: 0), claimant("b", held: true, seen: 9))
    #expect(found.original.vm == "b" && found.reason == .isHeld && found.isSure && found.rivals.map(\.vm) == ["a"])
  }

  @Test("exactly one, whatever they are like and in whatever order they come", arguments: 0..<500 as Range<UInt64>)
  func exactlyOne(_ seed: UInt64) throws {
    let random = SeededRandomSource(seed: seed)
    let claimants = (0..<random.int(in: 1...5)).map { number in
      claimant(
        "vm-\(number)", on: random.element(of: ["h1", "h2"]), held: random.once(in: 5), runs: random.once(in: 3),
        seen: random.once(in: 3) ? nil : Int64(random.int(in: 0...2)))
    }
    let found = try #require(Originals.ruling(among: claimants))
    #expect(claimants.filter { $0.owner == found.original }.count == 1)
    for _ in 0..<5 { #expect(Originals.ruling(among: random.shuffled(claimants)) == found) }
    let original = try #require(claimants.first { $0.owner == found.original })
    #expect(original.isHeld || !claimants.contains(where: \.isHeld))
    #expect(original.isHeld || original.isActive || !claimants.contains(where: \.isActive))
    #expect(Originals.ruling(among: []) == nil)
  }
}

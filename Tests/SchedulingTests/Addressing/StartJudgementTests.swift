import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("The judgement of a start")
struct StartJudgementTests {
  private static func mac(_ last: UInt64 = 1) -> MACAddress {
    [0x0200_0000_0000 + last].compactMap { MACAddress(number: $0) }[0]
  }

  private static func start(
    _ id: UInt64 = 2, macs: [UInt64] = [1], network: String = "default", disks: [String] = ["/copy"],
    ports: [Int] = [], isIncoming: Bool = false
  ) -> DomainStart {
    DomainStart(
      id: .sample(id), name: "copy", nics: macs.map { ObservedNIC(mac: mac($0), network: network) }, ports: ports,
      disks: disks, isIncoming: isIncoming)
  }

  private static func owner(_ id: UInt64 = 1, host: String = "h1") -> AddressOwner {
    AddressOwner(vm: "web-\(id)", vmID: .sample(id), host: host)
  }

  private static func running(
    _ id: UInt64 = 1, host: String = "h1", macs: [UInt64] = [1], disks: Set<String> = ["/web"],
    isStarting: Bool = false, age: Double? = nil
  ) -> RunningDomain {
    RunningDomain(
      owner: owner(id, host: host), macs: Set(macs.map { mac($0) }), disks: disks, isStarting: isStarting,
      ageSeconds: age)
  }

  private static let block = OutOfBandPolicy(outOfBand: .block)

  @Test(
    "the policy says what is done",
    arguments: [(OutOfBandRule.observe, StartVerdict.Ruling.allow), (.warn, .warn), (.block, .refuse)])
  func policy(rule: OutOfBandRule, ruling: StartVerdict.Ruling) {
    let verdict = StartJudgement.verdict(
      Self.start(), on: "h2", among: [Self.running()], policy: OutOfBandPolicy(outOfBand: rule))
    #expect(verdict.ruling == ruling)
    #expect(verdict.findings == [StartFinding(kind: .collision, mac: Self.mac(), owner: Self.owner())])
    #expect(
      verdict.sentence == "MAC 02:00:00:00:00:01 of \"copy\" belongs to \"web-1\", which runs on h1; "
        + "type: roost mac resolve 02:00:00:00:00:01")
  }

  @Test("a network's own rule goes before the fleet's, by its name or its bridge")
  func networks() {
    let policy = OutOfBandPolicy(outOfBand: .block, networks: ["lab": .observe, "br0": .warn])
    func ruling(_ nic: ObservedNIC) -> StartVerdict.Ruling {
      var start = Self.start()
      start.nics = [nic]
      return StartJudgement.verdict(start, on: "h2", among: [Self.running()], policy: policy).ruling
    }
    #expect(ruling(ObservedNIC(mac: Self.mac(), network: "lab")) == .allow)
    #expect(ruling(ObservedNIC(mac: Self.mac(), bridge: "br0")) == .warn)
    #expect(ruling(ObservedNIC(mac: Self.mac(), network: "default", bridge: "virbr0")) == .refuse)
  }

  @Test("the strictest rule among the interfaces decides, and its sentence is said")
  func strictest() {
    let policy = OutOfBandPolicy(outOfBand: .warn, networks: ["prod": .block])
    var start = Self.start()
    start.nics = [ObservedNIC(mac: Self.mac(1), network: "lab"), ObservedNIC(mac: Self.mac(2), network: "prod")]
    let verdict = StartJudgement.verdict(
      start, on: "h2", among: [Self.running(macs: [1]), Self.running(3, macs: [2])], policy: policy)
    #expect(verdict.ruling == .refuse)
    #expect(verdict.sentence.hasPrefix("MAC 02:00:00:00:00:02"))
    #expect(verdict.findings.count == 2)
  }

  @Test("no domain is against itself, no migration against its source; both are let in")
  func itself() {
    let here = Self.running(2, host: "h2")
    let there = Self.running(2, host: "h1")
    #expect(StartJudgement.verdict(Self.start(), on: "h2", among: [here], policy: Self.block).ruling == .allow)
    let arriving = Self.start(isIncoming: true)
    #expect(StartJudgement.verdict(arriving, on: "h2", among: [there], policy: Self.block).ruling == .allow)
    let stranger = Self.running(3, host: "h1")
    #expect(StartJudgement.verdict(arriving, on: "h2", among: [there, stranger], policy: Self.block).ruling == .warn)
  }

  @Test("the same UUID elsewhere is a duplicate, with or without a common address")
  func duplicate() {
    let there = Self.running(2, host: "h1", macs: [9])
    let verdict = StartJudgement.verdict(Self.start(), on: "h2", among: [there], policy: Self.block)
    #expect(verdict.ruling == .refuse)
    #expect(verdict.findings.map(\.kind) == [.duplicate])
    #expect(verdict.sentence.contains("the same VM"))
  }

  @Test("a common disk makes a copy of a collision")
  func copy() {
    let verdict = StartJudgement.verdict(
      Self.start(disks: ["/web"]), on: "h2", among: [Self.running()], policy: Self.block)
    #expect(verdict.findings.map(\.kind) == [.copy])
  }

  @Test("what was seen last on a host that is silent counts, and its age is said")
  func silentHost() {
    let verdict = StartJudgement.verdict(
      Self.start(), on: "h2", among: [Self.running(age: 300)], policy: Self.block)
    #expect(verdict.ruling == .refuse)
    #expect(verdict.sentence.contains("as it was last seen 5 min ago"))
  }

  @Test("what was accepted holds for those owners and for nobody else")
  func accepted() {
    let both: Set = [Self.owner(), AddressOwner(vm: "renamed", vmID: .sample(2), host: "h2")]
    let accepted = [AcceptedConflict(mac: Self.mac(), owners: both)]
    func ruling(_ others: [RunningDomain]) -> StartVerdict.Ruling {
      StartJudgement.verdict(Self.start(), on: "h2", among: others, accepted: accepted, policy: Self.block).ruling
    }
    #expect(ruling([Self.running()]) == .allow)
    #expect(ruling([Self.running(3)]) == .refuse)
    #expect(ruling([Self.running(host: "h3")]) == .refuse)
  }

  @Test("a port that was given to another VM is told of and stops nothing")
  func port() {
    let start = Self.start(macs: [], ports: [5901])
    let verdict = StartJudgement.verdict(
      start, on: "h2", among: [], portOwners: [5901: Self.owner()], policy: Self.block)
    #expect(verdict.ruling == .warn)
    #expect(verdict.findings == [StartFinding(kind: .port, port: 5901, owner: Self.owner())])
    #expect(
      StartJudgement.verdict(start, on: "h2", among: [], portOwners: [5901: Self.owner(2)], policy: Self.block).ruling
        == .allow)
  }

  @Test(
    "an address that is reserved counts as one that runs",
    arguments: [(OutOfBandRule.observe, StartVerdict.Ruling.allow), (.warn, .warn), (.block, .refuse)])
  func reserved(rule: OutOfBandRule, ruling: StartVerdict.Ruling) {
    let printer = AddressOwner(vm: "printer", vmID: nil, host: "")
    let verdict = StartJudgement.verdict(
      Self.start(), on: "h2", among: [], ledger: [Self.mac(): .reserved(printer)],
      policy: OutOfBandPolicy(outOfBand: rule))
    #expect(verdict.ruling == ruling)
    #expect(verdict.findings == [StartFinding(kind: .reserved, mac: Self.mac(), owner: printer)])
    #expect(verdict.sentence.contains("is reserved for \"printer\""))
  }

  @Test("an address of a VM that is off stops nothing and is told; the VM starts with it")
  func given() {
    let ledger: [MACAddress: LedgerClaim] = [Self.mac(): .given(Self.owner())]
    func verdict(_ start: DomainStart, _ others: [RunningDomain] = []) -> StartVerdict {
      StartJudgement.verdict(start, on: "h2", among: others, ledger: ledger, policy: Self.block)
    }
    let told = verdict(Self.start())
    #expect(told.ruling == .warn)
    #expect(told.findings == [StartFinding(kind: .given, mac: Self.mac(), owner: Self.owner())])
    #expect(verdict(Self.start(1)).ruling == .allow)
    #expect(verdict(Self.start(), [Self.running()]).findings.map(\.kind) == [.collision])
  }

  @Test("whatever runs, a blocked start never has an address of somebody else that runs", arguments: 0..<200)
  func property(seed: UInt64) {
    let random = SeededRandomSource(seed: seed)
    func draw(_ bound: UInt64) -> UInt64 { random.next() % bound }
    let drawn = (0..<draw(8)).map { _ in
      Self.running(
        draw(6), host: "h\(draw(3))", macs: (0..<draw(3)).map { _ in draw(6) }, disks: ["/d\(draw(4))"],
        isStarting: draw(2) == 0, age: draw(2) == 0 ? nil : Double(draw(1000)))
    }
    // libvirt has no UUID twice on one host.
    let others = Dictionary(drawn.map { ("\($0.owner)", $0) }) { first, _ in first }.values
      .sorted { "\($0.owner)" < "\($1.owner)" }
    let start = Self.start(draw(6), macs: (0..<draw(3)).map { _ in draw(6) }, disks: ["/d\(draw(4))"])
    let host = "h\(draw(3))"
    let verdict = StartJudgement.verdict(start, on: host, among: others, policy: Self.block)
    let rivals = others.filter { $0.owner.vmID != start.id || $0.owner.host != host }
    let mustRefuse = rivals.contains { $0.owner.vmID == start.id || !$0.macs.isDisjoint(with: start.macs) }
    #expect((verdict.ruling == .refuse) == mustRefuse)
    #expect(verdict == StartJudgement.verdict(start, on: host, among: others.reversed(), policy: Self.block))
    #expect(verdict.sentence.isEmpty == (verdict.ruling == .allow))
    var gentler = Self.block
    gentler.outOfBand = .observe
    #expect(StartJudgement.verdict(start, on: host, among: others, policy: gentler).ruling == .allow)
  }
}

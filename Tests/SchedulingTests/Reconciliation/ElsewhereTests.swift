import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("What other hosts have of a VM")
struct ElsewhereTests {
  private static let vm = ManagedVM.sample()
  private static let runsOnH2 = Elsewhere(sightings: [.init(host: "h2", name: "web-1", state: .running)])

  private func next(
    _ kind: OperationKind, observed: ObservedDomain?, force: Bool = false, keepDisks: Bool = false,
    _ elsewhere: Elsewhere
  ) -> NextAction {
    var operation = FleetOperation.sample(kind, steps: Reconciliation.steps(for: kind).map(\.name))
    operation.force = force
    return Reconciliation.next(
      operation, vm: Self.vm, images: [], tombstone: .sample(of: Self.vm, keepDisks: keepDisks), fleetID: .sample(900),
      observed: observed, libvirtConnected: true, agentConnected: true, elsewhere: { elsewhere })
  }

  private func failure(_ next: NextAction) -> FleetError? { if case .fail(let error) = next { error } else { nil } }

  private func order(_ verdict: NextAction) -> Destruction? {
    if case .act(.destroy(let order), _) = verdict { order } else { nil }
  }

  @Test("a VM is not destroyed while another host has it, in whatever state", arguments: DomainState.allCases)
  func sighted(state: DomainState) {
    let elsewhere = Elsewhere(sightings: [.init(host: "h2", name: "web-1", state: state)])
    for observed in [nil, ObservedDomain.sample(of: Self.vm, state: .stopped)] {
      for keepDisks in [false, true] {
        let error = failure(next(.delete, observed: observed, force: true, keepDisks: keepDisks, elsewhere))
        #expect(error?.code == .conflict && error?.message.contains("h2") == true && error?.operation != nil)
      }
      #expect(failure(next(.release, observed: observed, elsewhere))?.code == .conflict)
    }
  }

  @Test("what runs is named before what is off")
  func worst() {
    var elsewhere = Self.runsOnH2
    elsewhere.sightings.insert(.init(host: "h0", name: "web-1", state: .stopped), at: 0)
    #expect(elsewhere.refuses("delete", of: "web-1")?.message.contains("h2") == true)
  }

  @Test("absence is proven by all hosts only, of a VM that its own host does not have")
  func absence() {
    let off = ObservedDomain.sample(of: Self.vm, state: .stopped)
    var left = off
    left.isMovedAway = true
    let silent = Elsewhere(silent: ["h3"])
    #expect(order(next(.delete, observed: nil, Elsewhere()))?.isAbsenceProven == true)
    #expect(order(next(.delete, observed: left, Elsewhere()))?.isAbsenceProven == true)
    #expect(order(next(.delete, observed: off, Elsewhere()))?.isAbsenceProven == false)
    #expect(order(next(.delete, observed: off, silent))?.isAbsenceProven == false)
    for gone in [nil, left] {
      let error = failure(next(.delete, observed: gone, silent))
      #expect(error?.code == .precondition && error?.message.contains("h3") == true)
    }
    #expect(failure(next(.release, observed: nil, silent))?.code == .precondition)
    #expect(failure(next(.release, observed: off, silent)) == nil)
  }

  @Test("a VM that was moved away is not started while a host is silent")
  func secondCopy() {
    let off = ObservedDomain.sample(of: Self.vm, state: .stopped)
    var left = off
    left.isMovedAway = true
    for doubtful in [Elsewhere(silent: ["h3"]), Elsewhere(unheard: ["h3"])] {
      let error = failure(next(.start, observed: left, doubtful))
      #expect(error?.code == .precondition && error?.message.contains("h3") == true)
      #expect(error?.hint.isEmpty == false)
      #expect(failure(next(.start, observed: off, doubtful)) == nil)
      #expect(doubtful.refusesStart("recover", of: "web-1", observed: nil)?.code == .precondition)
    }
    #expect(failure(next(.start, observed: left, Elsewhere())) == nil)
    #expect(failure(next(.start, observed: left, Elsewhere(silentDisregarded: ["h3"]))) == nil)
    #expect(Elsewhere().refusesStart("recover", of: "web-1", observed: nil) == nil)
  }

  @Test("a begun deletion of a VM that is gone is its agent's, unless another host has it")
  func begun() {
    func refusal(_ elsewhere: Elsewhere, observed: ObservedDomain? = nil) -> FleetError? {
      elsewhere.refusesDeletion(of: "web-1", observed: observed, mayHaveDisks: true, isBegun: true)
    }
    #expect(refusal(Elsewhere(silent: ["h2"], unheard: ["h3"])) == nil)
    var moved = ObservedDomain.sample(of: .sample())
    moved.isMovedAway = true
    #expect(refusal(Elsewhere(silent: ["h2"]), observed: moved)?.code == .precondition)
    let seen = Elsewhere.Sighting(host: "h2", name: "web-1", state: .running)
    #expect(refusal(Elsewhere(sightings: [seen]))?.code == .conflict)
  }

  @Test("a disregarded host hinders only disk removals that need a proof of absence")
  func disregarded() {
    let off = ObservedDomain.sample(of: Self.vm, state: .stopped)
    for elsewhere in [Elsewhere(claimants: ["h3"]), Elsewhere(silentDisregarded: ["h3"])] {
      #expect(!elsewhere.isAbsent)
      #expect(order(next(.delete, observed: off, elsewhere))?.keepDisks == false)
      #expect(failure(next(.delete, observed: nil, elsewhere))?.message.contains("h3") == true)
      #expect(failure(next(.delete, observed: nil, keepDisks: true, elsewhere)) == nil)
      for kind in [OperationKind.start, .stop, .release] {
        #expect(failure(next(kind, observed: off, elsewhere)) == nil)
      }
      #expect(failure(next(.release, observed: nil, elsewhere)) == nil)
    }
  }

  @Test("a disk that another domain names stays, and may be left")
  func users() {
    let elsewhere = Elsewhere(users: ["the domain \"b\" on h2 names /srv/a.qcow2"])
    let off = ObservedDomain.sample(of: Self.vm, state: .stopped)
    let error = failure(next(.delete, observed: off, elsewhere))
    #expect(error?.code == .conflict && error?.hint.contains("--keep-disks") == true)
    #expect(order(next(.delete, observed: off, keepDisks: true, elsewhere))?.keepDisks == true)
  }

  @Test("no verb is called done at home while the guest runs elsewhere", arguments: PowerVerb.allCases)
  func power(_ verb: PowerVerb) throws {
    let kind = try #require(OperationKind(rawValue: verb.rawValue))
    for observed in [nil, ObservedDomain.sample(of: Self.vm, state: .stopped)] {
      let error = failure(next(kind, observed: observed, Self.runsOnH2))
      #expect(error?.code == .conflict && error?.message.contains("h2") == true)
    }
    let both = next(kind, observed: .sample(of: Self.vm), Self.runsOnH2)
    #expect(failure(both) == nil, "the one at home may always be stopped")
  }

  @Test("a definition whose guest was moved away is not adopted")
  func adopt() {
    var left = ObservedDomain.sample(of: Self.vm, state: .stopped)
    (left.isMovedAway, left.mark) = (true, nil)
    #expect(failure(next(.adopt, observed: left, Self.runsOnH2))?.code == .conflict)
    #expect(failure(next(.adopt, observed: left, Elsewhere())) == nil)
  }
}

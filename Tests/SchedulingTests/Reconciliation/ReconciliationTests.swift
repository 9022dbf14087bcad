import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("What an operation does next")
struct ReconciliationTests {
  private static let fleetID = FleetID.sample(900)
  private static let vm = ManagedVM.sample()

  private static func next(
    _ operation: FleetOperation, vm: ManagedVM? = vm, images: [Image] = [], tombstone: Tombstone? = nil,
    observed: ObservedDomain? = nil, libvirt: Bool = true, agent: Bool = true
  ) -> NextAction {
    Reconciliation.next(
      operation, vm: vm, images: images, tombstone: tombstone, fleetID: fleetID, observed: observed,
      libvirtConnected: libvirt, agentConnected: agent)
  }

  private static func failure(_ verdict: NextAction) -> FleetError? {
    if case .fail(let error) = verdict { return error }
    return nil
  }

  private static func operation(_ kind: OperationKind, start: Bool = false) -> FleetOperation {
    .sample(kind, steps: Reconciliation.steps(for: kind, start: start).map(\.name))
  }

  @Test("operations have these steps")
  func steps() {
    #expect(Reconciliation.steps(for: .create, start: true).map(\.name) == ["provision", "start"])
    #expect(Reconciliation.steps(for: .import, start: false).map(\.name) == ["provision"])
    #expect(Reconciliation.steps(for: .delete).map(\.name) == ["destroy"])
    #expect(Reconciliation.steps(for: .networkStop).map(\.name) == ["network"])
    for verb in PowerVerb.allCases {
      let kind = OperationKind(rawValue: verb.rawValue)
      #expect(kind.map { Reconciliation.steps(for: $0, start: true).map(\.name) } == [verb.rawValue])
    }
    for kind in OperationKind.allCases {
      #expect(Reconciliation.steps(for: kind).allSatisfy { $0.state == .pending && $0.detail.isEmpty })
    }
  }

  @Test("nothing is decided about a host that is silent", arguments: OperationKind.allCases)
  func silence(_ kind: OperationKind) {
    let operation = Self.operation(kind)
    let domain = ObservedDomain.sample(of: Self.vm)
    let stone = Tombstone.sample(of: Self.vm)
    #expect(
      Self.next(operation, tombstone: stone, observed: domain, agent: false) == .wait("host \"h1\" is unreachable"))
    #expect(
      Self.next(operation, tombstone: stone, observed: domain, libvirt: false)
        == .wait("libvirt on host \"h1\" does not answer"))
  }

  @Test("a creation provisions with all that was committed, then starts")
  func creation() {
    var vm = Self.vm
    let image = Image.sample()
    vm.spec.disks[0].source = .overlay(ImageRef(id: image.id, name: image.name))
    var operation = Self.operation(.create, start: true)
    let provision = ProvisionRequest(
      fleetID: Self.fleetID, vmID: vm.id, revision: 1, spec: vm.spec, allocations: vm.allocations, images: [image])
    let all = [image, .sample("other", id: .sample(502))]
    #expect(Self.next(operation, vm: vm, images: all) == .act(.provision(provision), step: 0))
    let domain = ObservedDomain.sample(of: vm, state: .stopped)
    #expect(
      Self.next(operation, vm: vm, images: all, observed: domain) == .skip(step: 0, reason: "it is defined already"))
    operation.steps[0].state = .done
    let start = AgentAction.Work.power(vm.id, .start, force: false, timeoutSeconds: 30)
    #expect(Self.next(operation, vm: vm, images: all, observed: domain) == .act(start, step: 1))
    #expect(Self.next(operation, vm: vm, images: all, observed: nil) == .act(start, step: 1))
    let running = ObservedDomain.sample(of: vm)
    #expect(
      Self.next(operation, vm: vm, images: all, observed: running) == .skip(step: 1, reason: "it is running already"))
    operation.steps[1].state = .done
    #expect(Self.next(operation, vm: vm, observed: running) == .finish)
  }

  @Test("what was seen of a now unreadable domain decides nothing: its agent is asked")
  func unread() {
    var domain = ObservedDomain.sample(of: Self.vm)
    domain.unread = ReadFailure(since: .sample, reason: "it hangs")
    for verb in [PowerVerb.start, .stop] {
      let operation = Self.operation(OperationKind(rawValue: verb.rawValue) ?? .start)
      let work = AgentAction.Work.power(Self.vm.id, verb, force: false, timeoutSeconds: 30)
      #expect(Self.next(operation, observed: domain) == .act(work, step: 0))
    }
    guard case .act(.provision, 0) = Self.next(Self.operation(.create), observed: domain) else {
      Issue.record("what may be there no more counts as defined")
      return
    }
  }

  @Test("a newer revision is provisioned again, under another id")
  func revision() {
    var vm = Self.vm
    let domain = ObservedDomain.sample(of: vm, state: .stopped)
    vm.revision = 2
    vm.allocations.vncPort = 5901
    guard case .act(.provision(let provision), step: 0) = Self.next(Self.operation(.create), vm: vm, observed: domain)
    else {
      Issue.record("nothing is provisioned")
      return
    }
    #expect(provision.revision == 2 && provision.allocations.vncPort == 5901)
    let id = OperationID.sample(1)
    #expect(
      Reconciliation.actionID(operation: id, step: 0, attempt: 1)
        != Reconciliation.actionID(operation: id, step: 0, attempt: 2))
  }

  @Test("a VM that gives its port up is changed without it, and never made anew")
  func withoutPort() {
    var vm = Self.vm
    let domain = ObservedDomain.sample(of: vm, state: .stopped)
    vm.revision = 2
    vm.spec.vnc = VNCSpec(isSocket: true)
    let operation = Self.operation(.setVNC)
    guard case .act(.provision(let order), step: 0) = Self.next(operation, vm: vm, observed: domain) else {
      Issue.record("nothing is provisioned")
      return
    }
    #expect(order.revision == 2 && order.allocations.vncPort == nil && order.allocations.macs == vm.allocations.macs)
    let gone = Self.failure(Self.next(operation, vm: vm))
    #expect(gone?.code == .precondition && gone?.hint.contains("roost recover") == true)
  }

  @Test("a domain that this fleet did not make is never provisioned over")
  func foreign() {
    var unmarked = ObservedDomain.sample(of: Self.vm)
    unmarked.mark = nil
    let other = ObservedDomain.sample(of: Self.vm, fleetID: .sample(901))
    var mistaken = ObservedDomain.sample(of: Self.vm)
    mistaken.mark?.vmID = .sample(2)
    for domain in [unmarked, other, mistaken] {
      #expect(Self.failure(Self.next(Self.operation(.create), observed: domain))?.code == .conflict)
    }
  }

  @Test("an image that the library has lost is named")
  func lostImage() {
    var vm = Self.vm
    vm.spec.disks[0].source = .copy(ImageRef(id: .sample(501), name: "tiny"))
    let error = Self.failure(Self.next(Self.operation(.create), vm: vm))
    #expect(error?.code == .notFound && error?.message.contains("\"tiny\"") == true)
  }

  @Test("a VM that is gone fails what is about it", arguments: OperationKind.allCases)
  func gone(_ kind: OperationKind) {
    let verdict = Self.next(Self.operation(kind), vm: nil, tombstone: .sample(of: Self.vm))
    switch kind {
    case .delete, .networkStart, .networkStop:
      guard case .act = verdict else {
        Issue.record("\(kind): \(verdict)")
        return
      }
    default: #expect(Self.failure(verdict)?.code == .notFound)
    }
  }

  @Test("an interface's change names its addresses, and is skipped where done already")
  func nic() throws {
    let (old, next) = (try #require(Self.vm.allocations.macs.first), try MACAddress(choosing: "02:00:00:00:00:99"))
    var operation = Self.operation(.newMAC)
    var vm = Self.vm
    vm.allocations.macs[0] = next
    operation.steps = [OperationStep(name: "\(StepName.newMAC) \(old) \(next)")]
    let mark = VMMark(
      fleetID: FleetID.sample(900).description, vmID: vm.id, revision: vm.revision, allocations: vm.allocations)
    let before = ObservedDomain.sample(of: Self.vm, state: .stopped)
    #expect(
      Self.next(operation, vm: vm, observed: before)
        == .act(.nic(vm.id, .address(from: old, to: next, mark: mark)), step: 0))
    guard case .skip = Self.next(operation, vm: vm, observed: .sample(of: vm, state: .stopped)) else {
      Issue.record("it is done anew")
      return
    }
    operation.steps = [OperationStep(name: "\(StepName.linkDown) \(old)")]
    #expect(Self.next(operation, observed: before) == .act(.nic(vm.id, .linkDown(old)), step: 0))
    for wrong in [StepName.newMAC, "\(StepName.newMAC) \(old)", "\(StepName.linkDown) x", StepName.linkDown] {
      operation.steps = [OperationStep(name: wrong)]
      #expect(Self.failure(Self.next(operation, observed: before))?.code == .internal)
    }
  }

  @Test("nothing is destroyed without the tombstone of that VM on that host")
  func tombstones() {
    let operation = Self.operation(.delete)
    let stone = Tombstone.sample(of: Self.vm)
    var otherVM = stone
    otherVM.vmID = .sample(2)
    var otherHost = stone
    otherHost.hostID = .sample(102)
    for domain in [nil, ObservedDomain.sample(of: Self.vm)] {
      for wrong in [nil, otherVM, otherHost] {
        #expect(Self.failure(Self.next(operation, tombstone: wrong, observed: domain))?.code == .precondition)
      }
      #expect(
        Self.next(operation, tombstone: stone, observed: domain)
          == .act(
            .destroy(
              Destruction(
                vmID: Self.vm.id, tombstone: stone.id, keepDisks: false, force: operation.force,
                isAbsenceProven: domain == nil)), step: 0))
    }
    let foreign = ObservedDomain.sample(of: Self.vm, fleetID: .sample(901))
    #expect(Self.failure(Self.next(operation, tombstone: stone, observed: foreign))?.code == .conflict)
  }

  @Test("a VM that is gone with nothing left of it needs no destruction")
  func alreadyDestroyed() {
    let stone = Tombstone.sample(of: Self.vm, keepDisks: true)
    #expect(
      Self.next(Self.operation(.delete), tombstone: stone) == .skip(step: 0, reason: "it is gone already"))
    var bare = Self.vm
    bare.spec.disks = []
    #expect(
      Self.next(Self.operation(.delete), vm: bare, tombstone: .sample(of: bare))
        == .skip(step: 0, reason: "it is gone already"))
  }

  @Test("power steps follow the life cycle's table in every state", arguments: PowerVerb.allCases)
  func power(_ verb: PowerVerb) throws {
    let operation = Self.operation(try #require(OperationKind(rawValue: verb.rawValue)))
    for state in DomainState.allCases {
      let verdict = Self.next(operation, observed: .sample(of: Self.vm, state: state))
      let act = NextAction.act(.power(Self.vm.id, verb, force: false, timeoutSeconds: 30), step: 0)
      if state == .unknown {
        #expect(verdict == act)
      } else if state == .shuttingDown, verb != .stop {
        #expect(verdict == .wait("VM \"web-1\" is shutting down"))
      } else {
        let seen = PowerTransitions.verdict(verb, force: false, seen: state)
        switch seen ?? PowerTransitions.verdict(verb, in: VMObservation.state(of: state)) {
        case .act: #expect(verdict == act)
        case .alreadyThere:
          #expect(verdict == .skip(step: 0, reason: "it is \(VMObservation.state(of: state).name) already"))
        case .illegal(let why, _):
          let error = try #require(Self.failure(verdict))
          #expect(error.code == .precondition && error.operation == operation.id)
          #expect(error.message == "cannot \(verb.rawValue) VM \"web-1\": \(why)")
          #expect(!error.hint.contains("NAME"))
        }
      }
    }
  }

  @Test("force and the time of a polite stop go with the action")
  func force() {
    var operation = Self.operation(.stop)
    (operation.force, operation.timeoutSeconds) = (true, 5)
    #expect(
      Self.next(operation, observed: .sample(of: Self.vm))
        == .act(.power(Self.vm.id, .stop, force: true, timeoutSeconds: 5), step: 0))
  }

  @Test("an operation that ended stays ended, whatever is seen", arguments: OperationKind.allCases)
  func ended(_ kind: OperationKind) {
    var operation = Self.operation(kind)
    operation.state = .done
    #expect(Self.next(operation, agent: false) == .finish)
    operation.state = .running
    operation.steps[0].state = .failed
    operation.steps[0].detail = "the disk is full"
    #expect(Self.failure(Self.next(operation))?.message == "the disk is full")
    operation.failure = FleetError(.exhausted, "no space")
    operation.state = .failed
    #expect(Self.next(operation) == .fail(FleetError(.exhausted, "no space")))
  }

  @Test("a step of a later version is refused by name")
  func unknownStep() {
    let operation = FleetOperation.sample(.create, steps: ["teleport"])
    #expect(Self.failure(Self.next(operation))?.code == .unsupported)
    #expect(Self.next(.sample(.create, steps: [])) == .finish)
  }

  @Test("action ids are the same for the same step and differ between any two")
  func actionIDs() {
    let source = SeededRandomSource(seed: 1)
    var seen: Set<ActionID> = []
    for _ in 0..<200 {
      let operation = OperationID(from: source)
      for step in 0..<5 {
        for attempt in 0..<4 as Range<Int64> {
          let id = Reconciliation.actionID(operation: operation, step: step, attempt: attempt)
          #expect(id == Reconciliation.actionID(operation: operation, step: step, attempt: attempt))
          #expect(Array(id.description)[14] == "8")
          seen.insert(id)
        }
      }
    }
    #expect(seen.count == 200 * 5 * 4)
    // Stored rows and agents' memories hold such ids: the rule must never change.
    #expect(
      Reconciliation.actionID(operation: .sample(1), step: 0).description == "a706dd2f-4d19-8e6f-a382-75bc38fcbe90")
  }
}

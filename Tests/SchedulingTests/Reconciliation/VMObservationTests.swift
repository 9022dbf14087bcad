import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Where a VM is in its life")
struct VMObservationTests {
  private static let now = Timestamp.sample.adding(seconds: 60)

  @Test(
    "a domain's power state becomes the life's word",
    arguments: [
      (.running, .running), (.blocked, .running), (.suspended, .running), (.shuttingDown, .running),
      (.paused, .paused), (.stopped, .stopped), (.crashed, .failed("the guest crashed")),
    ] as [(DomainState, VMState)])
  func mapping(_ domain: DomainState, _ state: VMState) {
    let vm = ManagedVM.sample()
    for vm in [nil, vm] {
      let seen = VMObservation(
        vm: vm, observed: .sample(of: .sample(), state: domain), isCurrent: true, hostSeenAt: Self.now)
      #expect(seen.state == state && seen.certainty == .current && seen.seenAt == Self.now)
    }
  }

  @Test(
    "what the coordinator decided goes before what is seen",
    arguments: [.pending, .provisioning, .deleting, .failed("x")] as [VMState])
  func phases(_ phase: VMState) {
    let vm = ManagedVM.sample(phase: phase)
    for domain in [nil, ObservedDomain.sample(of: vm)] {
      #expect(VMObservation(vm: vm, observed: domain, isCurrent: true, hostSeenAt: nil).state == phase)
    }
  }

  @Test("a silent host's VMs keep their last state with its age, and are never off", arguments: DomainState.allCases)
  func silence(_ state: DomainState) {
    let domain = ObservedDomain.sample(of: .sample(), state: state)
    let seen = VMObservation(vm: .sample(), observed: domain, isCurrent: false, hostSeenAt: Self.now)
    #expect(seen.certainty == .unknown(since: Self.now))
    #expect((seen.state == .stopped) == (state == .stopped))
  }

  @Test("a VM not in a current report has failed; with old data it is as it was asked")
  func missing() {
    let vm = ManagedVM.sample(power: .running)
    let gone = VMObservation(vm: vm, observed: nil, isCurrent: true, hostSeenAt: Self.now)
    #expect(gone.state == .failed("it is not defined on host \"h1\" any more"))
    #expect(gone.certainty == .current && gone.seenAt == nil)
    let silent = VMObservation(vm: vm, observed: nil, isCurrent: false, hostSeenAt: nil)
    #expect(silent.state == .running && silent.certainty == .unknown(since: nil))
    for power in PowerTarget.allCases {
      let state = VMObservation.state(vm: .sample(power: power), observed: nil, isCurrent: false)
      #expect(state.name == power.rawValue)
    }
  }

  @Test("a state that libvirt does not tell is not certain")
  func unknown() {
    let vm = ManagedVM.sample(power: .paused)
    let domain = ObservedDomain.sample(of: vm, state: .unknown)
    let seen = VMObservation(vm: vm, observed: domain, isCurrent: true, hostSeenAt: Self.now)
    #expect(seen.state == .paused && seen.certainty == .unknown(since: Self.now))
  }
}

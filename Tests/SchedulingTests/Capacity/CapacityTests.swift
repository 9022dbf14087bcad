import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Capacity")
struct CapacityTests {
  @Test("managed VMs count from acceptance until they are gone, running or not")
  func managed() {
    let phases: [VMState?] = [nil, .pending, .provisioning, .deleting, .failed("x"), .deleted]
    for phase in phases {
      let vm = ManagedVM.sample(power: .stopped, phase: phase)
      let reserved = Capacity.reserved(managed: [vm], unmanaged: [])
      #expect(reserved == (phase == .deleted ? Reservation() : vm.spec.reservation))
    }
  }

  @Test("unmanaged VMs count their vCPUs and memory while they run", arguments: DomainState.allCases)
  func unmanaged(_ state: DomainState) {
    let domain = ObservedDomain.unmanaged(state: state, vcpus: 3, memory: .gibibytes(5), disks: ["/a"])
    let expected = state.isActive ? Reservation(vcpus: 3, memory: .gibibytes(5)) : Reservation()
    #expect(Capacity.reserved(managed: [], unmanaged: [domain]) == expected)
  }

  @Test("a running domain counts by its live configuration, and never less than nothing")
  func live() {
    var domain = ObservedDomain.unmanaged(vcpus: 3, memory: .gibibytes(5))
    domain.saved?.vcpus = 9
    #expect(Capacity.reservation(unmanaged: domain).vcpus == 3)
    domain.live?.vcpus = .min
    #expect(Capacity.reservation(unmanaged: domain).vcpus == 0)
    domain.live = nil
    domain.saved = nil
    #expect(Capacity.reservation(unmanaged: domain) == Reservation())
    var silent = ObservedDomain.unmanaged(vcpus: 3)
    silent.state = .unknown
    #expect(Capacity.reservation(unmanaged: silent).vcpus == 3)
  }

  @Test("nothing is left of what is oversold, and the rest stays")
  func free() {
    let reserved = Reservation(vcpus: .max, memory: .gibibytes(4), disk: ByteCount(bytes: .max))
    #expect(
      Capacity.free(of: .sample, reserved: reserved)
        == Reservation(vcpus: 0, memory: .gibibytes(12), disk: .zero))
    #expect(Capacity.free(of: .sample, reserved: Reservation(vcpus: .min)).vcpus == 8)
    #expect(HostSnapshot.sample(capacity: nil).free == Reservation())
  }
}

import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Agent

@Suite("Marking a domain that was there before")
struct DomainMarkerTests {
  private let mark = VMMark(
    fleetID: AgentFixture.fleet.description, vmID: .sample(700), revision: 1, allocations: Allocations(vncPort: 5901))

  @Test("the mark is all that is written, and a repeat writes nothing")
  func marks() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit { $0.domains[.sample(700)] = .unmanaged() }
    #expect(await fixture.run(.mark(mark), id: 1) == nil)
    #expect(await fixture.run(.mark(mark), id: 2) == nil)
    #expect(fixture.hypervisor.calls == ["document \(VMID.sample(700))", "mark \(VMID.sample(700))"])
    #expect(fixture.hypervisor.edit { $0.domains[.sample(700)]?.mark } == mark)
    #expect(await fixture.run(.unmark(.sample(700), fleetID: AgentFixture.fleet), id: 3) == nil)
    #expect(await fixture.run(.unmark(.sample(700), fleetID: AgentFixture.fleet), id: 4) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(700)]?.mark } == nil)
    #expect(fixture.hypervisor.calls.count == 3)
  }

  @Test("a VM defined already gets its new port, and nothing else is written anew")
  func port() async throws {
    let fixture = try await AgentFixture()
    var vm = ManagedVM.sample(.sample(disk: .zero), id: .sample(700), revision: 2, vncPort: 27_441)
    vm.spec.document = "<domain/>"
    let present = ObservedDomain.sample(of: .sample(.sample(), id: .sample(700), vncPort: 27_440), state: .stopped)
    fixture.hypervisor.edit { $0.domains[.sample(700)] = present }
    let provision = ProvisionRequest(
      fleetID: AgentFixture.fleet, vmID: vm.id, revision: 2, spec: vm.spec, allocations: vm.allocations, images: [])
    #expect(await fixture.run(.provision(provision), id: 1) == nil)
    #expect(fixture.hypervisor.calls == ["port 27441 \(vm.id)"])
    #expect(fixture.hypervisor.edit { $0.domains[.sample(700)]?.mark?.revision } == 2)
    #expect(await fixture.run(.provision(provision), id: 2) == nil)
    #expect(fixture.hypervisor.calls.count == 1)
  }

  @Test("a VM that is off changes to a socket, to no display and back to a port")
  func display() async throws {
    let fixture = try await AgentFixture()
    let id: VMID = .sample(700)
    fixture.hypervisor.edit { state in
      state.domains[id] = ObservedDomain.sample(of: .sample(.sample(), id: id, vncPort: 27_450), state: .stopped)
    }
    func change(to mode: VNCMode, port: Int? = nil, revision: Int64) async throws -> FleetError? {
      var vm = ManagedVM.sample(.sample(disk: .zero), id: id, revision: revision, vncPort: port)
      vm.spec.vnc = mode.display(like: nil)
      let provision = ProvisionRequest(
        fleetID: AgentFixture.fleet, vmID: id, revision: revision, spec: vm.spec, allocations: vm.allocations,
        images: [])
      return await fixture.run(.provision(provision), id: UInt64(clamping: revision))
    }
    #expect(try await change(to: .socket, revision: 2) == nil)
    #expect(try await change(to: .none, revision: 3) == nil)
    #expect(try await change(to: .port, port: 27_451, revision: 4) == nil)
    #expect(fixture.hypervisor.calls == ["socket \(id)", "no display \(id)", "port 27451 \(id)"])
    #expect(fixture.hypervisor.edit { $0.domains[id]?.mark?.allocations.vncPort } == 27_451)
    fixture.hypervisor.edit { $0.domains[id]?.state = .running }
    let refused = try await change(to: .socket, revision: 5)
    #expect(refused?.code == .precondition && refused?.hint.contains("roost stop") == true)
    #expect(fixture.hypervisor.calls.count == 3)
    #expect(fixture.hypervisor.edit { $0.domains[id]?.mark?.revision } == 4)
  }

  @Test("an adopted VM whose port libvirt chooses keeps its display with a new mark")
  func foreignDisplay() async throws {
    let fixture = try await AgentFixture()
    let id: VMID = .sample(700)
    var vm = ManagedVM.sample(.sample(disk: .zero), id: id, revision: 2, vncPort: nil)
    vm.spec.vnc = nil
    vm.spec.document = "<domain><devices><graphics type='vnc' port='-1' autoport='yes'/></devices></domain>"
    let present = ObservedDomain.sample(of: .sample(.sample(), id: id, vncPort: 27_460), state: .stopped)
    fixture.hypervisor.edit { $0.domains[id] = present }
    let provision = ProvisionRequest(
      fleetID: AgentFixture.fleet, vmID: id, revision: 2, spec: vm.spec, allocations: vm.allocations, images: [])
    #expect(await fixture.run(.provision(provision), id: 1) == nil)
    #expect(fixture.hypervisor.calls == ["mark \(id)"])
    // What can't be read says nothing about a display, which is not taken away for that.
    var unreadable = provision
    unreadable.spec.document = "<domain><devices>"
    unreadable.revision = 3
    #expect(await fixture.run(.provision(unreadable), id: 2) != nil)
    #expect(fixture.hypervisor.calls == ["mark \(id)"])
  }

  @Test("another fleet's domain is neither marked nor unmarked; a missing one is named so")
  func refusals() async throws {
    let fixture = try await AgentFixture()
    var foreign = ObservedDomain.unmanaged()
    foreign.mark = VMMark(
      fleetID: FleetID.sample(999).description, vmID: foreign.id, revision: 1, allocations: Allocations())
    let domain = foreign
    fixture.hypervisor.edit { $0.domains[domain.id] = domain }
    #expect(await fixture.run(.mark(mark), id: 1)?.code == .denied)
    #expect(await fixture.run(.unmark(domain.id, fleetID: AgentFixture.fleet), id: 2)?.code == .denied)
    #expect(await fixture.run(.unmark(domain.id, fleetID: .sample(999)), id: 3)?.code == .denied)
    fixture.hypervisor.edit { $0.domains = [:] }
    #expect(await fixture.run(.mark(mark), id: 4)?.code == .notFound)
    #expect(fixture.hypervisor.calls.isEmpty)
  }
}

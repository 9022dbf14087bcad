import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Agent

@Suite("What is not the fleet's is not touched")
struct OwnershipTests {
  private static let id = VMID.sample(700)

  /// A bench with a running guest of this mark.
  private func fixture(_ mark: VMMark?) async throws -> AgentFixture {
    let fixture = try await AgentFixture(lendsAll: false)
    fixture.hypervisor.edit { state in
      state.domains[Self.id] = .unmanaged("pet", id: Self.id, state: .running)
      state.domains[Self.id]?.mark = mark
    }
    return fixture
  }

  private static func mark(_ fleet: FleetID = AgentFixture.fleet, _ vm: VMID = id) -> VMMark {
    VMMark(fleetID: fleet.description, vmID: vm, revision: 1, allocations: Allocations())
  }

  @Test(
    "no power verb reaches an unmanaged guest, another fleet's or another VM's",
    arguments: PowerVerb.allCases)
  func power(verb: PowerVerb) async throws {
    for mark in [nil, Self.mark(.sample(901)), Self.mark(AgentFixture.fleet, .sample(701))] {
      let fixture = try await fixture(mark)
      for force in [false, true] {
        let work = AgentAction.Work.power(Self.id, verb, force: force, timeoutSeconds: 1)
        #expect(await fixture.run(work, id: force ? 2 : 1)?.code == .denied)
      }
      #expect(fixture.hypervisor.calls.isEmpty)
    }
  }

  @Test("a network with a running guest is not stopped, whatever the coordinator knows")
  func network() async throws {
    let fixture = try await fixture(nil)
    fixture.hypervisor.edit { state in
      state.networks = [.sample]
      state.domains[Self.id]?.live?.nics = [ObservedNIC(mac: nil, network: "default")]
    }
    #expect(await fixture.run(.network("default", active: false), id: 1)?.code == .precondition)
    fixture.hypervisor.edit { $0.domains[Self.id]?.live?.nics = [ObservedNIC(mac: nil, bridge: "virbr0")] }
    #expect(await fixture.run(.network("default", active: false), id: 2)?.code == .precondition)
    #expect(fixture.hypervisor.calls.isEmpty)
    fixture.hypervisor.edit { $0.domains[Self.id]?.state = .stopped }
    #expect(await fixture.run(.network("default", active: false), id: 3) == nil)
  }

  @Test("a network is not stopped while a domain can't be asked whether it uses it")
  func networkOfUnreadable() async throws {
    let fixture = try await fixture(nil)
    fixture.hypervisor.edit { state in
      state.networks = [.sample]
      state.unreadable[Self.id] = FleetError(.timedOut, "it has not returned")
    }
    let refused = await fixture.run(.network("default", active: false), id: 1)
    #expect(refused?.code == .precondition && refused?.message.contains("\(Self.id)") == true)
    #expect(refused?.message.contains("it has not returned") == true && fixture.hypervisor.calls.isEmpty)
    #expect(await fixture.run(.network("default", active: true), id: 2) == nil)
    fixture.hypervisor.edit { $0.unreadable = [:] }
    #expect(await fixture.run(.network("default", active: false), id: 3) == nil)
  }

  @Test("only own guests have a console, unless the host's file opens unmanaged ones")
  func console() async throws {
    let fixture = try await fixture(nil)
    func refusal(_ mark: VMMark?) -> FleetError? {
      var pet = ObservedDomain.unmanaged("pet", id: Self.id)
      pet.mark = mark
      do {
        try fixture.permission.check(pet)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal(Self.mark()) == nil)
    #expect(refusal(nil)?.code == .denied && refusal(nil)?.hint.contains("unmanaged_consoles = true") == true)
    #expect(refusal(Self.mark(.sample(901)))?.code == .denied)
    try fixture.grant("unmanaged_consoles = true")
    #expect(refusal(nil) == nil)
    #expect(refusal(Self.mark(.sample(901)))?.code == .denied)
  }

  @Test("a guest adopted a short while ago is not destroyed, also if the clock goes back")
  func adopted() async throws {
    let fixture = try await fixture(nil)
    #expect(await fixture.run(.mark(Self.mark()), id: 1) == nil)
    let destroy = AgentAction.Work.destroy(
      Destruction(vmID: Self.id, tombstone: .sample(1), keepDisks: false, force: true))
    #expect(await fixture.run(destroy, id: 2)?.code == .denied)
    fixture.clock.advance(seconds: 3500)
    #expect(await fixture.run(destroy, id: 3)?.hint.contains("destroy_adopted = true") == true)
    #expect(!fixture.hypervisor.calls.contains { $0.hasPrefix("destroy") || $0.hasPrefix("undefine") })
    fixture.clock.advance(seconds: -7200)
    #expect(await fixture.run(destroy, id: 4)?.code == .denied)
    try fixture.grant("destroy_adopted = true")
    #expect(await fixture.run(destroy, id: 5) == nil)
    #expect(fixture.hypervisor.calls.contains("undefine \(Self.id)"))
  }

  @Test("an adopted guest goes when the hour is over, one that Roost made at once")
  func later() async throws {
    let fixture = try await fixture(nil)
    #expect(await fixture.run(.mark(Self.mark()), id: 1) == nil)
    fixture.clock.advance(seconds: 3601)
    let first = Destruction(vmID: Self.id, tombstone: .sample(1), keepDisks: true, force: true)
    #expect(await fixture.run(.destroy(first), id: 2) == nil)
    #expect(await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 3) == nil)
    let second = Destruction(vmID: .sample(1), tombstone: .sample(2), keepDisks: false, force: true)
    #expect(await fixture.run(.destroy(second), id: 4) == nil)
  }
}

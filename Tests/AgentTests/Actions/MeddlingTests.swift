import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Agent

/// Every verb that may cost a guest, with everything that somebody may do to the VM behind the agent's back, before the
/// agent looks, between its look and its deed, and while it does it.
///
/// A cell says how the action ends: `done`, or `no` for a refusal. `left` is a guest that was moved away and whose
/// definition stayed; one that was undefined and goes down in the middle of a stop has left no word of where it is.
/// Whatever the cell says, no file goes while a guest may live on it, and nothing is called done
/// that is not so.
@Suite("Meddling with a VM behind the agent's back")
struct MeddlingTests {
  private static let table = """
    verb    | moment | moved | left | started | saved | crashed | renamed | undefined
    delete  | before | no    | no   | no      | no    | no      | done    | no
    delete  | looked | no    | no   | no      | no    | no      | done    | no
    delete  | deed   | no    | no   | no      | no    | no      | done    | no
    stop    | before | no    | no   | done    | done  | no      | done    | no
    stop    | looked | no    | no   | done    | done  | no      | done    | no
    stop    | deed   | no    | no   | done    | done  | no      | done    | no
    restart | before | no    | no   | done    | no    | no      | done    | done
    restart | looked | no    | no   | done    | no    | no      | done    | done
    restart | deed   | no    | no   | done    | no    | no      | done    | done
    release | before | done  | done | done    | done  | done    | done    | done
    release | looked | no    | done | done    | done  | done    | done    | done
    release | deed   | no    | done | done    | done  | done    | done    | done
    adopt   | before | no    | done | done    | done  | done    | done    | done
    adopt   | looked | no    | done | done    | done  | done    | done    | done
    adopt   | deed   | no    | done | done    | done  | done    | done    | done
    """

  private static let vm = VMID.sample(1)
  private static let mark = VMMark(
    fleetID: AgentFixture.fleet.description, vmID: vm, revision: 1, allocations: Allocations())

  private static var rows: [[String]] {
    table.split(separator: "\n").map { line in line.split(separator: "|").map { String($0.filter { $0 != " " }) } }
  }

  @Test("no guest loses anything, and nothing is called done that is not so", arguments: rows.dropFirst())
  func row(_ row: [String]) async throws {
    let changes = Self.rows[0].dropFirst(2)
    for (change, expected) in zip(changes, row.dropFirst(2)) {
      try await cell(row[0], row[1], change, expected)
    }
  }

  @Test("a domain that somebody put in the VM's place loses nothing", arguments: ["before", "looked", "deed"])
  func redefined(moment: String) async throws { try await cell("delete", moment, "redefined", "no") }

  private func cell(_ verb: String, _ moment: String, _ change: String, _ expected: String) async throws {
    let place = "\(verb), \(change) \(moment)"
    let (fixture, disk) = try await meddled(for: verb)
    let result = try await act(verb, fixture, at: moment) { Self.apply(change, to: fixture.hypervisor) }
    let domain = fixture.hypervisor.edit { $0.domains[Self.vm] }
    #expect((result.failure == nil ? "done" : "no") == expected, "\(place): \(result.failure?.message ?? "done")")
    let isDeleted = verb == "delete" && result.failure == nil
    #expect(HostFile.exists(disk) != isDeleted, "\(place): the disk")
    switch change {
    case "started" where verb == "delete", "crashed" where verb == "delete", "redefined":
      #expect(domain?.state.isActive == true && domain?.isPersistent == true, "\(place): the guest goes on")
    case "saved": #expect(domain?.hasManagedSave == true, "\(place): its memory stays")
    case "crashed": #expect(domain?.state == .crashed, "\(place): it stays as it was")
    case "left": #expect(domain != nil, "\(place): its definition stays")
    default: break
    }
    guard result.failure == nil else { return }
    switch verb {
    case "delete": #expect(domain == nil, "\(place)")
    case "stop": #expect(domain?.state.isActive != true && change != "moved", "\(place)")
    case "restart": #expect(fixture.hypervisor.reboots.mark(of: Self.vm) > 0, "\(place)")
    case "release": #expect(domain?.mark == nil, "\(place)")
    default: #expect(domain?.mark == Self.mark, "\(place)")
    }
  }

  /// A VM as a verb expects it: off to be deleted, unmarked to be adopted, else running; with a disk that Roost made.
  private func meddled(for verb: String) async throws -> (AgentFixture, disk: String) {
    let fixture = try await AgentFixture()
    try fixture.directory.write("web.raw", "a guest's data")
    let disk = fixture.directory.path + "/web.raw"
    try fixture.disks.records.add(try #require(DiskRecords.record(of: disk)), to: Self.vm)
    var domain = ObservedDomain.unmanaged(
      "web-1", id: Self.vm, state: verb == "delete" ? .stopped : .running, disks: [disk])
    if verb != "adopt" { domain.mark = Self.mark }
    fixture.hypervisor.edit { [domain] in $0.domains[Self.vm] = domain }
    return (fixture, disk)
  }

  private func act(
    _ verb: String, _ fixture: AgentFixture, at moment: String, _ meddle: () -> Void
  ) async throws -> ActionResult {
    let (work, deed): (AgentAction.Work, String) =
      switch verb {
      case "delete": (.destroy(Destruction(vmID: Self.vm, tombstone: .sample(5), keepDisks: false)), "undefine")
      case "stop": (.power(Self.vm, .stop, force: false, timeoutSeconds: 30), "shutdown")
      case "restart": (.power(Self.vm, .restart, force: false, timeoutSeconds: 30), "reboot")
      case "release": (.unmark(Self.vm, fleetID: AgentFixture.fleet), "unmark")
      default: (.mark(Self.mark), "mark")
      }
    let action = AgentAction(id: .sample(9), epoch: 1, work: work)
    guard moment != "before" else {
      meddle()
      return await fixture.queue.run(action) { _, _ in }
    }
    let name = moment == "looked" ? "domain" : deed
    let (gate, opening) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates[name] = gate }
    let acting = Task { await fixture.queue.run(action) { _, _ in } }
    try await eventually("\(verb) comes to \(name)") { fixture.hypervisor.calls.contains { $0.hasPrefix(name) } }
    meddle()
    fixture.hypervisor.edit { $0.gates[name] = nil }
    opening.finish()
    return await acting.value
  }

  private static func apply(_ change: String, to host: FakeHypervisor) {
    host.edit { all in
      guard var domain = all.domains[vm] else { return }
      func runs(_ state: DomainState) {
        domain.state = state
        domain.live = domain.saved ?? domain.live
      }
      func isOff() { (domain.state, domain.live) = (.stopped, nil) }
      switch change {
      case "moved":
        all.domains[vm] = nil
        return
      case "left":
        isOff()
        domain.isMovedAway = true
      case "started": runs(.running)
      case "crashed": runs(.crashed)
      case "saved":
        isOff()
        domain.hasManagedSave = true
      case "renamed": domain.name = "other"
      case "redefined":
        runs(.running)
        domain.mark = nil
      case _ where domain.state.isActive: (domain.isPersistent, domain.saved) = (false, nil)
      default:
        all.domains[vm] = nil
        return
      }
      all.domains[vm] = domain
    }
  }
}

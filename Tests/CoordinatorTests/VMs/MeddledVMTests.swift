import Fleet
import FleetTestKit
import RoostProto
import SimulationKit
import Store
import Testing

@testable import Coordinator

/// Every verb that may cost a guest, with everything that somebody may do to the VM behind the coordinator's back:
/// before it decides, and between its commit and the agent's deed. `left` is a guest that was moved to h2 and whose
/// definition stayed on h1; `moved` left nothing, and is followed if nothing is under way.
@Suite("A VM meddled with behind the coordinator's back")
struct MeddledVMTests {
  private static let table = """
    verb    | moment | moved | left | started | saved | crashed | renamed | undefined
    delete  | before | no    | no   | no      | no    | no      | done    | done
    delete  | act    | no    | no   | asks    | asks  | asks    | done    | done
    stop    | before | done  | no   | done    | done  | no      | done    | no
    stop    | act    | no    | no   | done    | done  | no      | done    | done
    restart | before | done  | no   | done    | no    | no      | done    | done
    restart | act    | no    | no   | done    | no    | no      | done    | done
    release | before | done  | no   | done    | done  | done    | done    | done
    release | act    | no    | no   | done    | done  | done    | done    | done
    adopt   | before | done  | no   | done    | done  | done    | done    | no
    adopt   | act    | no    | no   | done    | done  | done    | done    | done
    """

  private static var rows: [[String]] {
    table.split(separator: "\n").map { line in line.split(separator: "|").map { String($0.filter { $0 != " " }) } }
  }

  @Test(
    "no guest elsewhere is forgotten or loses disks; nothing undone is called done",
    arguments: rows.dropFirst())
  func row(_ row: [String]) async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try #require(try await coordinator.hosts("h1")["h1"])
      let names = Self.rows[0].dropFirst(2).map { "vm-\($0)" }
      for name in names { try await make(name, for: row[0], coordinator, h1) }
      let h2 = try #require(try await coordinator.hosts("h2")["h2"])
      for (change, expected) in zip(Self.rows[0].dropFirst(2), row.dropFirst(2)) {
        try await Cell(coordinator: coordinator, h1: h1, h2: h2, verb: row[0], change: change).check(
          at: row[1], expected)
      }
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  /// A VM as a verb expects it: off to be deleted, unmanaged to be adopted, else running.
  private func make(_ name: String, for verb: String, _ coordinator: TestCoordinator, _ h1: FakeAgent) async throws {
    guard verb == "adopt" else {
      let spec = VMSpec.sample(name, vcpus: 1, memory: .mebibytes(64), disk: .gibibytes(1))
      #expect(
        try await coordinator.ended(try await coordinator.create(spec, start: verb != "delete").operation).state
          == "done")
      return
    }
    var pet = ObservedDomain.unmanaged(name, id: VMID(from: coordinator.random))
    pet.saved?.memory = .mebibytes(64)
    pet.live?.memory = .mebibytes(64)
    await h1.put(pet)
    try await coordinator.report(h1)
  }

  private struct Cell {
    let coordinator: TestCoordinator
    let h1: FakeAgent
    let h2: FakeAgent
    let verb: String
    let change: String

    private var name: String { "vm-\(change)" }

    func check(at moment: String, _ expected: String) async throws {
      let place = "\(verb), \(change), \(moment)"
      let domain = try #require(await h1.domains.values.first { $0.name == name }, "\(place)")
      let before = await h1.actions.count
      var operation: Roost_V1_Operation?
      if moment == "before" {
        try await meddle(domain)
        if change == "moved", verb != "adopt" {
          try await eventually("\(place): it is followed") {
            try await coordinator.vm(domain.id.description).host == "h2"
          }
        }
        do { operation = try await ask(domain.id) } catch _ as FleetError {}
      } else {
        await h1.answer { _ in .hangUp }
        operation = try await ask(domain.id)
        try await eventually("\(place): the action arrives") { await h1.actions.count == before + 1 }
        await h1.disconnect()
        await h1.answer { _ in .obey }
        try await meddle(domain)
      }
      let ended = if let operation { try await coordinator.ended(operation) } else { operation }
      let isDone = ended?.state == "done"
      #expect(
        (isDone ? "done" : "no") == (expected == "asks" ? "done" : expected),
        "\(place): \(ended?.failure.message ?? "")")
      if expected == "asks" {
        // The agent is told that no power may be cut: a real one refuses.
        let last = await h1.actions.last?.work
        guard case .destroy(let order) = last else { throw FleetError(.internal, "\(place): nothing is asked") }
        #expect(!order.force && !order.isAbsenceProven, "\(place)")
      }
      let rows = try await coordinator.stored { try $0.vms() }.filter { $0.id == domain.id }
      switch verb {
      case "delete", "release": #expect(rows.isEmpty == isDone, "\(place)")
      case "adopt": #expect(rows.isEmpty != isDone, "\(place)")
      default: #expect(rows.count == 1, "\(place)")
      }
      if change == "moved" || change == "left" {
        #expect(await h2.domains[domain.id]?.state.isActive == !(isDone && verb == "stop"), "\(place): it goes on")
      }
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty, "\(place)")
    }

    private func ask(_ id: VMID) async throws -> Roost_V1_Operation {
      switch verb {
      case "delete": try await coordinator.delete(id.description, force: false)
      case "stop": try await coordinator.power(id.description, .stop)
      case "restart": try await coordinator.power(id.description, .restart)
      case "release": try await coordinator.giveBack(id.description)
      default: try await coordinator.adopt(id.description).operation
      }
    }

    /// Changes the VM with other tools; returns when both hosts have told.
    private func meddle(_ domain: ObservedDomain) async throws {
      var changed = domain
      var arrived: ObservedDomain?
      var isGone = false
      func turn(_ domain: inout ObservedDomain, _ state: DomainState) {
        domain.state = state
        domain.live = state.isActive ? domain.saved ?? domain.live : nil
      }
      switch change {
      case "moved", "left":
        var guest = domain
        turn(&guest, .running)
        arrived = guest
        turn(&changed, .stopped)
        changed.isMovedAway = true
        isGone = change == "moved"
      case "started": turn(&changed, .running)
      case "crashed": turn(&changed, .crashed)
      case "saved":
        turn(&changed, .stopped)
        changed.hasManagedSave = true
      case "renamed": changed.name = "other"
      case _ where domain.state.isActive: (changed.isPersistent, changed.saved) = (false, nil)
      default: isGone = true
      }
      if let arrived {
        await h2.put(arrived)
        try await coordinator.report(h2)
      }
      if isGone { await h1.remove(domain.id) } else { await h1.put(changed) }
      try await coordinator.report(h1)
      let wanted = isGone ? nil : changed.state
      try await eventually("h1 has told of \(name)") {
        let seen = try await coordinator.stored { try $0.reports() }
        return try seen.contains { report in
          guard report.hostID == h1.id else { return false }
          return try AgentStreamHandler.domains(inReport: report.bytes).first { $0.id == domain.id }?.state == wanted
        }
      }
    }
  }
}

import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Destroying a VM")
struct DestroyerTests {
  private static let vm = VMID.sample(1)

  /// A VM with one disk that Roost made.
  private func made(state: DomainState = .stopped) async throws -> (AgentFixture, disk: String) {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/web.raw"
    let disk = DiskSpec(target: "vda", format: .raw, source: .blank, path: path, size: .mebibytes(1))
    #expect(await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec(disks: [disk]))), id: 1) == nil)
    fixture.hypervisor.edit { all in
      all.domains[Self.vm]?.saved?.disks = [ObservedDisk(device: "disk", target: "vda", path: path, format: "raw")]
      all.domains[Self.vm]?.state = state
      let saved = all.domains[Self.vm]?.saved
      if state.isActive { all.domains[Self.vm]?.live = saved }
    }
    #expect(HostFile.exists(path))
    return (fixture, path)
  }

  private func destroy(
    _ fixture: AgentFixture, id: UInt64 = 2, keepDisks: Bool = false, force: Bool = false, proven: Bool = false,
    tombstone: UInt64 = 5
  ) async -> ActionResult {
    let order = Destruction(
      vmID: Self.vm, tombstone: .sample(tombstone), keepDisks: keepDisks, force: force, isAbsenceProven: proven)
    return await fixture.queue.run(AgentAction(id: .sample(id), epoch: 1, work: .destroy(order))) { _, _ in }
  }

  private func isThere(_ fixture: AgentFixture) -> Bool { fixture.hypervisor.edit { $0.domains[Self.vm] != nil } }

  @Test(
    "an active guest is not cut without force, whatever its state is called",
    arguments: DomainState.allCases.filter { $0 != .stopped })
  func active(state: DomainState) async throws {
    let (fixture, disk) = try await made(state: state)
    let refused = await destroy(fixture)
    #expect(refused.failure?.code == .precondition && refused.failure?.hint.contains("--force") == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    #expect(!fixture.hypervisor.calls.contains { $0.hasPrefix("destroy") || $0.hasPrefix("undefine") })
    #expect(await destroy(fixture, id: 3, force: true).failure == nil)
    #expect(!HostFile.exists(disk) && !isThere(fixture))
    #expect(fixture.hypervisor.calls.contains("destroy \(Self.vm)"))
  }

  @Test("a saved state is not dropped without force")
  func saved() async throws {
    let (fixture, disk) = try await made()
    fixture.hypervisor.edit { $0.domains[Self.vm]?.hasManagedSave = true }
    #expect(await destroy(fixture).failure?.message.contains("saved") == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    #expect(await destroy(fixture, id: 3, force: true).failure == nil)
    #expect(!HostFile.exists(disk) && fixture.hypervisor.edit { $0.removals.last?.dropsSavedState } == true)
  }

  @Test("a disk whose domain is gone stays, unless its absence everywhere is proven")
  func absence() async throws {
    let (fixture, disk) = try await made()
    fixture.hypervisor.edit { $0.domains[Self.vm] = nil }
    let refused = await destroy(fixture)
    #expect(refused.failure?.code == .precondition && refused.failure?.hint.contains("--keep-disks") == true)
    #expect(HostFile.exists(disk))
    #expect(await destroy(fixture, id: 3, proven: true).failure == nil)
    #expect(!HostFile.exists(disk))
  }

  @Test("a deletion broken off past its definition ends by its own tombstone alone")
  func brokenOff() async throws {
    let (fixture, disk) = try await made()
    try fixture.disks.records.noteRemoval(of: Self.vm, by: .sample(5))
    fixture.hypervisor.edit { $0.domains[Self.vm] = nil }
    #expect(await destroy(fixture, tombstone: 6).failure?.code == .precondition)
    #expect(HostFile.exists(disk))
    #expect(await destroy(fixture, id: 3, tombstone: 5).failure == nil)
    #expect(!HostFile.exists(disk))
  }

  @Test("the disks of a guest moved away stay, though its definition was left behind")
  func movedAway() async throws {
    let (fixture, disk) = try await made()
    fixture.hypervisor.edit { $0.domains[Self.vm]?.isMovedAway = true }
    #expect(await destroy(fixture, force: true).failure?.message.contains("another host") == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    #expect(await destroy(fixture, id: 3, keepDisks: true).failure == nil)
    #expect(HostFile.exists(disk) && !isThere(fixture))
  }

  @Test("what a process has open is not deleted; the definition stays for the next try")
  func inUse() async throws {
    let (fixture, disk) = try await made()
    let user = try ImageUser(disk)
    let refused = await destroy(fixture)
    #expect(refused.failure?.code == .precondition && refused.failure?.message.contains(disk) == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    user.end()
    #expect(await destroy(fixture, id: 3).failure == nil)
    #expect(!HostFile.exists(disk))
  }

  @Test("a disk that another domain of the host names stays, by whatever path it names it")
  func shared() async throws {
    let (fixture, disk) = try await made()
    let link = fixture.directory.path + "/link.raw"
    #expect(symlink(disk, link) == 0)
    fixture.hypervisor.edit { $0.domains[.sample(700)] = .unmanaged("other", state: .stopped, disks: [link]) }
    let refused = await destroy(fixture)
    #expect(refused.failure?.code == .conflict && refused.failure?.message.contains("other") == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    #expect(await destroy(fixture, id: 3, keepDisks: true).failure == nil)
    #expect(HostFile.exists(disk))
  }

  @Test("while a domain of the host can't be read no disk goes, since it may name one")
  func unreadable() async throws {
    let (fixture, disk) = try await made()
    fixture.hypervisor.edit {
      $0.domains[.sample(700)] = .unmanaged("twin", id: .sample(700), state: .stopped, disks: [disk])
      $0.unreadable[.sample(700)] = FleetError(.timedOut, "it has not returned")
    }
    let refused = await destroy(fixture)
    #expect(refused.failure?.code == .precondition && refused.failure?.hint.contains("--keep-disks") == true)
    #expect(refused.failure?.message.contains("\(VMID.sample(700))") == true)
    #expect(refused.failure?.message.contains("it has not returned") == true)
    #expect(HostFile.exists(disk) && isThere(fixture))
    fixture.hypervisor.edit {
      $0.unreadable = [:]
      $0.domains[.sample(700)] = nil
    }
    #expect(await destroy(fixture, id: 3).failure == nil)
    #expect(!HostFile.exists(disk) && !isThere(fixture))
  }

  @Test("what a snapshot began is left and named, and so are kept disks")
  func leftBehind() async throws {
    let (fixture, disk) = try await made()
    let overlay = fixture.directory.path + "/web.snap1"
    try fixture.directory.write("web.snap1", "the guest's last words")
    fixture.hypervisor.edit { all in
      let saved = all.domains[Self.vm]?.saved
      all.domains[Self.vm]?.kept = [saved].compactMap { $0 }
      all.domains[Self.vm]?.saved?.disks = [
        ObservedDisk(device: "disk", target: "vda", path: overlay, format: "qcow2")
      ]
    }
    let (other, kept) = try await made()
    let done = await destroy(fixture)
    #expect(done.failure == nil && done.notes.count == 1 && done.notes[0].contains(overlay), "\(done.notes)")
    #expect(!HostFile.exists(disk) && HostFile.exists(overlay))
    #expect(await destroy(other, keepDisks: true).notes.contains { $0.contains(kept) })
  }

  @Test("of a VM that came from elsewhere and was undefined, no disk goes, and it says so")
  func undefinedAfterMove() async throws {
    let fixture = try await AgentFixture()
    let done = await destroy(fixture, proven: true)
    #expect(done.notes == ["no disk is deleted on the host, as no record there says that Roost made one for it"])
    #expect(await destroy(fixture, id: 3, keepDisks: true, proven: true).notes.isEmpty)
    let (other, disk) = try await made()
    other.hypervisor.edit { $0.domains[Self.vm] = nil }
    #expect(await destroy(other, proven: true).notes.isEmpty && !HostFile.exists(disk))
  }

  @Test("firmware variables go only if Roost had them made and nobody else names them")
  func variables() async throws {
    for (isMade, isShared, keepDisks, goes) in [
      (true, false, false, true), (true, false, true, false), (true, true, false, false), (false, false, false, false),
    ] {
      let (fixture, _) = try await made()
      let path = fixture.directory.path + "/VARS.fd"
      func document(_ name: String) -> String {
        "<domain type='qemu'><name>\(name)</name><os><type>hvm</type><nvram>\(path)</nvram></os></domain>"
      }
      fixture.hypervisor.edit { all in
        all.documents[Self.vm] = document("web-1")
        guard isShared else { return }
        all.domains[.sample(700)] = .unmanaged("twin", state: .stopped)
        all.documents[.sample(700)] = document("twin")
      }
      let store = VariableStore(hypervisor: fixture.hypervisor, records: fixture.disks.records)
      if isMade {
        try await store.note(for: Self.vm)
        try fixture.directory.write("VARS.fd", "variables")
      } else {
        try fixture.directory.write("VARS.fd", "somebody's variables")
        try await store.note(for: Self.vm)
      }
      let done = await destroy(fixture, keepDisks: keepDisks)
      #expect(done.failure == nil)
      let removal = try #require(fixture.hypervisor.edit { $0.removals.last })
      #expect(removal.keepsVariables == !goes && removal.keepsTPM == keepDisks, "\(isMade) \(isShared) \(keepDisks)")
      #expect(done.notes.contains { $0.contains(path) } == !goes)
    }
  }

  @Test("firmware variables stay while a domain that may name them can't be asked")
  func unaskedVariables() async throws {
    for (failure, goes) in [
      (FleetError(.timedOut, "it has not returned"), false), (FleetError(.internal, "libvirt fails"), false),
      (FleetError(.notFound, "no domain"), true),
    ] {
      let fixture = try await AgentFixture()
      #expect(await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1) == nil)
      let path = fixture.directory.path + "/VARS.fd"
      fixture.hypervisor.edit { all in
        all.documents[Self.vm] =
          "<domain type='qemu'><name>web-1</name><os><type>hvm</type><nvram>\(path)</nvram></os></domain>"
        all.domains[.sample(700)] = .unmanaged("twin", id: .sample(700), state: .stopped)
        all.unreadable[.sample(700)] = failure
      }
      try await VariableStore(hypervisor: fixture.hypervisor, records: fixture.disks.records).note(for: Self.vm)
      try fixture.directory.write("VARS.fd", "variables")
      let done = await destroy(fixture)
      #expect(done.failure == nil && !isThere(fixture))
      #expect(fixture.hypervisor.edit { $0.removals.last }?.keepsVariables == !goes, "\(failure)")
      let said = done.notes.contains { $0.contains(path) && $0.contains("can't be asked") }
      #expect(said == !goes, "\(done.notes)")
    }
  }

  @Test("an adopted VM loses its definition alone: its files and its TPM are not Roost's")
  func adopted() async throws {
    let fixture = try await AgentFixture()
    try fixture.directory.write("pet.raw", "somebody's data")
    var pet = ObservedDomain.unmanaged(
      "pet", id: Self.vm, state: .stopped, disks: [fixture.directory.path + "/pet.raw"])
    pet.mark = VMMark(
      fleetID: AgentFixture.fleet.description, vmID: Self.vm, revision: 1, allocations: Allocations())
    fixture.hypervisor.edit { [pet] in $0.domains[Self.vm] = pet }
    let done = await destroy(fixture)
    #expect(
      done.notes.first
        == "left on the host, as no record there says that Roost made it: \(fixture.directory.path)/pet.raw "
        + "(if no guest needs it, there: rm \(fixture.directory.path)/pet.raw)")
    #expect(done.failure == nil && done.notes.count == 1, "\(done.notes)")
    #expect(fixture.directory.exists("pet.raw") && !isThere(fixture))
    #expect(fixture.hypervisor.edit { $0.removals.last } == DomainRemoval(keepsVariables: true, keepsTPM: true))
  }
}

internal import Fleet
internal import Foundation

/// Destroys a VM that has a tombstone: its guest, its definition, and the disks that Roost made for it.
///
/// Deletes disks only if the domain was there, carried the mark and is off, or is known to be on no host; and never
/// while a process has them open or another domain uses them. A refusal changes nothing, except that power may already
/// be cut if `force` was given.
struct Destroyer: Sendable {
  /// How often a file is tried again, since a QEMU may be about to close it.
  private static let tries = 10
  private static let pause = Duration.milliseconds(200)

  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let disks: DiskMaker
  let marks: MarkRecords
  let trust: HostTrustReader
  let wall: any WallClock

  private var records: DiskRecords { disks.records }

  /// - Returns: notes on what was left on the host, one sentence each.
  @discardableResult
  func perform(_ order: Destruction, progress: @escaping ActionExecutor.Progress) async throws -> [String] {
    guard order.tombstone.value != UniqueID(high: 0, low: 0) else {
      throw FleetError(.denied, "VM \(order.vmID) has no tombstone, and without one nothing is destroyed")
    }
    if let domain = try await hypervisor.domain(order.vmID) {
      try Ownership.check(domain, vm: order.vmID, fleet: fleetID)
      try marks.checkGrace(of: domain, now: wall.now(), trust: trust.trust(pools: []))
      try Self.check(domain, order)
      return try await destroy(domain, order, progress)
    }
    if !order.keepDisks { try checkAbsence(order) }
    let held = order.keepDisks ? [] : try await hold(order.vmID)
    let isOurs = try records.isMade(order.vmID)
    let notes = try await clear(order, held, progress)
    guard !isOurs, !order.keepDisks else { return notes }
    return notes + ["no disk is deleted on the host, as no record there says that Roost made one for it"]
  }

  /// Refuses to destroy a guest that would lose its memory, or one that was migrated away.
  private static func check(_ domain: ObservedDomain, _ order: Destruction) throws {
    let (name, quoted) = (domain.name.printable, domain.name.shellQuoted)
    guard order.force || !domain.state.mayBeActive else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is \(domain.state.words), so it is not destroyed",
        hint: "stop it first: roost stop \(quoted), or cut its power: roost delete --force \(quoted)")
    }
    guard order.force || !domain.hasManagedSave else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is stopped with its memory saved, so it is not destroyed",
        hint: "start it and shut it down, or drop what is saved: roost delete --force \(quoted)")
    }
    guard order.keepDisks || order.isAbsenceProven || !domain.isMovedAway else {
      throw FleetError(
        .precondition, "VM \"\(name)\" was moved to another host, where its disks may be in use",
        hint: "see where it is: roost list, or leave the disks: roost delete --keep-disks \(quoted)")
    }
  }

  /// Refuses to delete the disks of a VM that another host may have.
  private func checkAbsence(_ order: Destruction) throws {
    guard try !records.records(of: order.vmID).isEmpty, !order.isAbsenceProven,
      try !records.isRemoval(of: order.vmID, by: order.tombstone), !records.isUndefined(order.vmID)
    else { return }
    throw FleetError(
      .precondition, "libvirt on this host has no domain \(order.vmID), and it may run elsewhere on the same disks",
      hint: "see where it is: roost list, or leave the disks: roost delete --keep-disks NAME")
  }

  private func destroy(
    _ domain: ObservedDomain, _ order: Destruction, _ progress: @escaping ActionExecutor.Progress
  ) async throws -> [String] {
    let id = domain.id
    if domain.state.mayBeActive {
      progress("destroy", nil)
      try await hypervisor.destroy(id)
    }
    let variables = try await VariableStore(hypervisor: hypervisor, records: records).fate(of: domain, order)
    let held = order.keepDisks ? [] : try await hold(id)
    let left = try await leavings(of: domain, order)
    let present = try await hypervisor.domain(id)
    if let present { try Self.check(present, order) }
    // A transient domain ends with its guest. A persistent one that is gone was moved or undefined by somebody else.
    if present == nil, domain.isPersistent, !order.keepDisks { try checkAbsence(order) }
    if present?.isPersistent == true {
      try records.noteRemoval(of: id, by: order.tombstone)
      let keepsState = try order.keepDisks || !records.isMade(id)
      try await hypervisor.undefine(
        id,
        DomainRemoval(
          keepsVariables: variables.keeps, keepsTPM: keepsState, dropsSavedState: order.force,
          mayBeMovedAway: order.keepDisks || order.isAbsenceProven))
    }
    guard try await hypervisor.domain(id) == nil else {
      throw FleetError(
        .precondition, "somebody has defined or started VM \"\(domain.name.printable)\" meanwhile",
        hint: "look at it, then ask again: roost show \(domain.name.shellQuoted)")
    }
    return try await clear(order, held, progress) + left + variables.notes
  }

  /// Deletes the held files and forgets the VM.
  private func clear(
    _ order: Destruction, _ held: [HeldFile], _ progress: @escaping ActionExecutor.Progress
  ) async throws -> [String] {
    try marks.remove(order.vmID)
    try await disks.removeDrafts(of: order.vmID)
    let known = try records.records(of: order.vmID)
    var notes: [String] = []
    if order.keepDisks {
      notes = known.filter { HostFile.exists($0.path) }.map { "its disk stays: \($0.path.printable)" }
    } else {
      progress("delete disks", nil)
      try await HostFile.apart { for file in held { try file.remove() } }
      notes = known.filter { HostFile.exists($0.path) }.map {
        "left on the host, as it is not the file that Roost made: \($0.path.printable)"
      }
      for directory in Set(known.map { HostFile.parent(of: $0.path) }) {
        try? await hypervisor.refreshPool(at: directory)
      }
    }
    try records.forget(order.vmID)
    return notes
  }

  /// Locks every file that Roost made for a VM, so that no QEMU can open it.
  /// - Throws: ``FleetError`` with code `precondition` if a process has one open or another domain uses one.
  private func hold(_ id: VMID) async throws -> [HeldFile] {
    let known = try records.records(of: id)
    guard !known.isEmpty else { return [] }
    let others = try await hypervisor.domains().filter { $0.id != id }
    let namesVolumes = others.flatMap(\.configurations).flatMap(\.disks).contains { $0.volume != nil }
    let pools = namesVolumes ? try await hypervisor.pools() : []
    let all = OtherDomains(domains: others, pools: pools, records: records)
    try await HostFile.apart { try all.check(known) }
    var attempt = 1
    while true {
      do {
        return try await HostFile.apart { try known.compactMap { try HeldFile($0) } }
      } catch let error as FleetError where error.code == .precondition && attempt < Self.tries {
        // The QEMU of a guest that just ended may need a moment to exit.
        attempt += 1
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// What stays on the host after the domain is gone: files that it writes to and that Roost did not make here, such as
  /// those of a snapshot, or all of a VM that was made on another host.
  private func leavings(of domain: ObservedDomain, _ order: Destruction) async throws -> [String] {
    let why =
      try records.isMade(domain.id) ? "as Roost did not make it" : "as no record there says that Roost made it"
    let made = Set(try records.records(of: domain.id).map(\.path))
    let paths = domain.configurations.flatMap(\.disks).filter { $0.device == "disk" && !$0.readOnly }.map(\.path)
    let foreign = Set(paths).filter { $0.hasPrefix("/") && !made.contains($0) }.sorted()
    return try await HostFile.apart {
      foreign.filter(HostFile.exists).map {
        "left on the host, \(why): \($0.printable) (if no guest needs it, there: rm \($0.shellQuoted))"
      }
    }
  }
}

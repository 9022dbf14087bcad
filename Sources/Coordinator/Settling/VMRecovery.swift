import Fleet
import Logging
import RoostAPI
import Store

/// Rebuilds the rows of VMs from the marks on a host, for a lost database.
struct VMRecovery: Sendable {
  /// How long an agent may take to send a document.
  static let documentTimeout: Duration = .seconds(15)

  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let importer: DomainImporter
  let log = VMRecoveryLog()
  let clock: any WallClock
  let logger: Logger

  /// Adds every domain of a host that has this fleet's mark and no row; reports those that can't be added.
  func rebuild(from entry: HostEntry) async {
    let known = await inventory.view.vms
    for domain in entry.domains.values.sorted(by: { $0.id < $1.id }) {
      guard let mark = domain.mark, mark.fleetID == context.fleetID.description, mark.vmID == domain.id else {
        continue
      }
      do {
        if let vm = known[domain.id] {
          try await settle(vm, between: entry, domain)
        } else if await log.isNew(domain.id, on: entry.host.id, mark.revision) {
          try await take(domain, mark, on: entry)
        }
      } catch let error as FleetError where error.retryable {
        await log.forget(domain.id, on: entry.host.id)
      } catch {
        await log.fail(domain.id, named: domain.name, on: entry.host.name, FleetError(error))
        logger.warning("VM \(domain.name) on \(entry.host.name) is not rebuilt: \(error)")
      }
    }
  }

  private func take(_ domain: ObservedDomain, _ mark: VMMark, on entry: HostEntry) async throws {
    let texts = try await sessions.document(of: domain.id, on: entry.host.id, within: Self.documentTimeout)
    let adoptee = try importer.adoptee(texts, domain)
    let now = clock.now()
    let port = adoptee.spec.vnc?.isSocket == true ? nil : mark.allocations.vncPort ?? adoptee.vncPort
    let vm = ManagedVM(
      id: domain.id, spec: adoptee.spec, hostID: entry.host.id, host: entry.host.name, power: domain.powerTarget,
      revision: mark.credibleRevision,
      allocations: Allocations(macs: adoptee.macs, vncPort: port), phase: nil,
      createdAt: now, constraints: adoptee.constraints)
    try await store.commit { transaction in
      guard try transaction.settling()?.isRebuild == true, try transaction.vm(vm.id) == nil else { return }
      try transaction.adopt(vm, at: now)
      try transaction.appendEvent(
        at: now, kind: .vmRebuilt, subject: vm.spec.name,
        message: "VM \"\(vm.spec.name)\" on \(vm.host) is in the database again, from its mark")
    }
  }

  /// If two hosts have a VM, the one where it runs is its home; the other has a leftover definition.
  private func settle(_ vm: ManagedVM, between entry: HostEntry, _ domain: ObservedDomain) async throws {
    guard vm.hostID != entry.host.id, domain.state.isActive else { return }
    guard await inventory.view.hosts[vm.hostID]?.domains[vm.id]?.state.isActive != true else { return }
    try await store.commit { transaction in
      guard var moved = try transaction.vm(vm.id), moved.hostID == vm.hostID, moved.phase == vm.phase else { return }
      moved.hostID = entry.host.id
      moved.host = entry.host.name
      moved.power = domain.powerTarget
      try transaction.updateVM(moved)
    }
  }
}

extension ObservedDomain {
  /// The power target that keeps the present state.
  var powerTarget: PowerTarget {
    if state == .paused { return .paused }
    return state.isActive ? .running : .stopped
  }
}

/// Which domains were examined while a database is rebuilt, and which could not be added.
actor VMRecoveryLog {
  /// A domain that could not be added.
  struct Failure: Sendable {
    let vm: String
    let vmID: VMID
    let host: String
    let error: FleetError
  }

  private struct Place: Hashable {
    let vm: VMID
    let host: HostID
  }

  private var tried: [Place: Int64] = [:]
  private var failed: [VMID: Failure] = [:]

  /// The domains that could not be added, by name.
  var failures: [Failure] { failed.values.sorted { ($0.vm, $0.host) < ($1.vm, $1.host) } }

  /// True the first time a domain is seen at a revision.
  func isNew(_ vm: VMID, on host: HostID, _ revision: Int64) -> Bool {
    let place = Place(vm: vm, host: host)
    guard tried[place] != revision else { return false }
    tried[place] = revision
    return true
  }

  /// Lets a domain be tried again.
  func forget(_ vm: VMID, on host: HostID) {
    tried[Place(vm: vm, host: host)] = nil
  }

  /// Records why a domain could not be added.
  func fail(_ vm: VMID, named name: String, on host: String, _ error: FleetError) {
    failed[vm] = Failure(vm: name, vmID: vm, host: host, error: error)
  }
}

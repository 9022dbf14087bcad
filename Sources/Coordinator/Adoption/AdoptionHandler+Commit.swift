import Fleet
import RoostAPI
import Scheduling
import Store

extension AdoptionHandler {
  /// Accepts the adoption of a VM: it is managed from the commit on, and its agent then writes the mark.
  /// - Throws: ``FleetError``: `notFound`, `conflict`, `unreachable`, `precondition`, and what
  ///   ``DomainImporter/adoptee(_:_:)`` throws.
  func adopt(
    vm: String, host: String, acceptConflicts: Bool, _ write: IdempotencyKey
  ) async throws -> AcceptedOperation {
    if let earlier = try await admission.store.earlier(write, as: .operation) { return earlier }
    try await admission.store.read { try Settling.check($0, "adopt VM \"\(vm.printable)\"") }
    let changed = FleetError(
      .precondition, "VM \"\(vm.printable)\" changes faster than it can be adopted", retryable: true)
    for _ in 0..<Admission.attempts {
      // Before the lock is taken, so that a slow host does not delay other changes.
      let (entry, domain) = try await admission.inventory.view.requiredUnmanaged(vm, host: host)
      let asked = try await adoptee(domain, on: entry)
      do {
        return try await admission.accept(write) {
          let (present, now) = try await admission.inventory.view.requiredUnmanaged(vm, host: host)
          // The domain must not have changed since it was read.
          guard present.host.id == entry.host.id, now.id == domain.id, now.digest == domain.digest else {
            throw changed
          }
          return adoption(
            of: try await checked(asked, now, on: present, acceptConflicts: acceptConflicts), now, on: present)
        }
      } catch let error as FleetError where error == changed {
        continue
      }
    }
    throw changed
  }

  /// Accepts the release of a VM: it is managed until its agent has removed the mark.
  /// - Throws: ``FleetError``: `notFound`, `precondition`, `unreachable`, `conflict` while it is busy.
  func release(vm name: String, _ write: IdempotencyKey) async throws -> FleetOperation {
    let tries = DecisionTries(most: Admission.attempts)
    return try await admission.accept(write) {
      tries.begin()
      let view = await admission.inventory.view
      let vm = try view.requiredManagedVM(name)
      try Admission.checkReachable(
        view.hosts[vm.hostID], "release VM \"\(vm.spec.name)\"", forgetting: vm.spec.name,
        now: admission.clock.now())
      let refusal = view.elsewhere(of: vm, disks: false).refusesRelease(
        of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id])
      if let refusal { throw refusal }
      if tries.isRepeated { try await admission.renewReports(about: vm, disks: false, in: view) }
      return release(of: vm, in: view, isLast: tries.isLast)
    }.operation
  }

  private func adoption(
    of adoptee: AdoptedDomain, _ domain: ObservedDomain, on entry: HostEntry
  ) -> Admission.Change<AcceptedOperation> {
    let now = admission.clock.now()
    let vm = ManagedVM(
      id: domain.id, spec: adoptee.spec, hostID: entry.host.id, host: entry.host.name, power: domain.powerTarget,
      revision: (domain.mark?.credibleRevision ?? 0) + 1,
      allocations: Allocations(macs: adoptee.macs, vncPort: adoptee.vncPort), phase: nil, createdAt: now,
      constraints: adoptee.constraints)
    return { transaction in
      try Settling.check(transaction, "adopt VM \"\(vm.spec.name)\"")
      try transaction.adopt(vm, at: now)
      var accepted = AcceptedOperation(
        admission.operation(.adopt, of: vm, in: transaction), vm: vm, .vmAdopt,
        "VM \"\(vm.spec.name)\" on \(vm.host) is adopted")
      accepted.notes = adoptee.notes
      return accepted
    }
  }

  /// - Parameter isLast: false if a refusal by stored reports alone leads to another decision, on renewed ones.
  private func release(
    of vm: ManagedVM, in view: FleetView, isLast: Bool
  ) -> Admission.Change<AcceptedOperation> {
    { transaction in
      try Settling.check(transaction, "release VM \"\(vm.spec.name)\"")
      let present = try Admission.current(vm, in: transaction)
      try Admission.checkIdle(present, in: transaction)
      try Admission.checkUnmoved(present, since: vm)
      let refusal = try view.joined(by: transaction, about: vm, disks: false).elsewhere(of: vm, disks: false)
        .refusesRelease(of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id])
      if let refusal { throw isLast ? refusal : Admission.overtaken }
      return AcceptedOperation(
        admission.operation(.release, of: vm, in: transaction), .vmRelease,
        "the release of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
    }
  }
}

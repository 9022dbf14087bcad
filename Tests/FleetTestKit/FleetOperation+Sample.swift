package import Fleet

extension FleetOperation {
  /// An operation on a VM with the named steps, all pending.
  package static func sample(
    _ kind: OperationKind, steps: [String], vm: ManagedVM? = .sample(), id: OperationID = .sample(301),
    subject: String? = nil
  ) -> FleetOperation {
    FleetOperation(
      id: id, kind: kind, vmID: vm?.id, subject: subject ?? vm?.spec.name ?? "default",
      hostID: vm?.hostID ?? .sample(101), host: vm?.host ?? "h1", state: .running,
      steps: steps.map { OperationStep(name: $0) }, timeoutSeconds: 30, createdAt: .sample)
  }
}

extension Tombstone {
  /// The tombstone that permits to destroy the VM on its host.
  package static func sample(of vm: ManagedVM, keepDisks: Bool = false) -> Tombstone {
    Tombstone(id: .sample(401), vmID: vm.id, hostID: vm.hostID, keepDisks: keepDisks, createdAt: .sample)
  }
}

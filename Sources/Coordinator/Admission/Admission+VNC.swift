import DomainXML
import Fleet
import Scheduling
import Store

extension Admission {
  /// Accepts that a VM that is off gets another kind of VNC display.
  ///
  /// A VM that gets a port has it at once; a VM that gives its port up holds it until its guest is seen without it.
  /// - Throws: ``FleetError``: `notFound`, `unreachable`, `exhausted`, `conflict` while the VM is busy, `precondition`
  ///   for an unmanaged VM, for one that is not off, and for one whose saved state keeps its display.
  func setVNC(_ mode: VNCMode, of name: String, _ write: IdempotencyKey) async throws -> FleetOperation {
    try await accept(write) {
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      let entry = view.hosts[vm.hostID]
      try Self.checkReachable(entry, "change the display of VM \"\(vm.spec.name)\"", now: clock.now())
      try Self.checkOff(vm, entry?.domains[vm.id])
      return change(vm, to: mode, observed: view.withoutDisregardedHosts().observedPorts(except: vm.id))
    }.operation
  }

  /// Refuses a VM whose guest has its display now, or gets it back with its saved state.
  private static func checkOff(_ vm: ManagedVM, _ seen: ObservedDomain?) throws(FleetError) {
    let name = vm.spec.name
    guard vm.phase == nil, let seen, seen.saved != nil else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is not defined on \(vm.host), so it has no display to change",
        hint: "roost show \(name.shellQuoted)")
    }
    guard !seen.state.isActive else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is not off, and its display changes only while it is",
        hint: "stop it first: roost stop \(name.shellQuoted)")
    }
    guard !seen.hasManagedSave else {
      throw FleetError(
        .precondition, "VM \"\(name)\" has a saved state that keeps its display",
        hint: "start and stop it, or on \(vm.host): virsh managedsave-remove \(name.shellQuoted)")
    }
  }

  private func change(_ vm: ManagedVM, to mode: VNCMode, observed: Set<Int>) -> Change<AcceptedOperation> {
    let now = clock.now()
    return { transaction in
      try Settling.check(transaction, "change the display of VM \"\(vm.spec.name)\"")
      var changed = try Self.current(vm, in: transaction)
      try Self.checkIdle(changed, in: transaction)
      changed.spec.vnc = mode.display(like: try changed.spec.vnc ?? Self.display(of: changed.spec.document))
      if let document = changed.spec.document {
        changed.spec.document = try DomainImporter.translated { () throws(DomainXMLError) in
          try Self.document(document, showing: mode)
        }
      }
      if changed.spec.wantsPort, changed.allocations.vncPort == nil {
        let port = try PortAllocator.next(observed: observed, in: transaction)
        try transaction.allocatePort(port, to: changed, at: now)
        changed.allocations.vncPort = port
      }
      try changed.revise()
      try transaction.updateVM(changed)
      return AcceptedOperation(
        operation(.setVNC, of: changed, in: transaction), .vmVNC,
        "VM \"\(changed.spec.name)\" on \(changed.host) gets \(mode.sentence)")
    }
  }

  /// Where the display of an adopted VM listens, whose port libvirt chose until now; nil if it has none.
  private static func display(of document: String?) throws(FleetError) -> VNCSpec? {
    guard let document else { return nil }
    let address = try DomainImporter.translated { () throws(DomainXMLError) in
      try DomainDocument(parsing: document).vnc?.listenAddress
    }
    return address.map { VNCSpec(listen: $0) }
  }

  /// The domain document of an imported or adopted VM with another display; the agent writes a port into it.
  private static func document(_ text: String, showing mode: VNCMode) throws(DomainXMLError) -> String {
    var document = try DomainDocument(parsing: text)
    switch mode {
    case .port: return text
    case .socket: try document.setVNCSocket()
    case .none: try document.removeVNC()
    }
    return document.text
  }
}

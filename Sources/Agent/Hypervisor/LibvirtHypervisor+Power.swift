internal import DomainXML
package import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  package func define(_ document: String) async throws {
    try await connector.call(LibvirtConnectionPool.Subject(call: "define", stuckLimit: 2), within: .seconds(60)) {
      _ = try $0.define(xml: document)
    }
  }

  package func keepDefinition(of id: VMID) async throws {
    try await connector.call("define", within: .seconds(60)) { connection in
      // With passwords, and without what exists only while it runs.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      _ = try connection.define(xml: text)
    }
  }

  package func start(_ id: VMID) async throws {
    try await onDomain("start", id, within: .seconds(120)) { domain in
      do {
        try domain.create()
      } catch LibvirtError.Code.noStorageVolume {
        try Self.refreshPools(of: domain)
        try domain.create()
      }
    }
  }

  /// Makes libvirt read the pools of a domain's volumes again: it does not know a volume that was put there since it
  /// did so last.
  /// - Throws: ``FleetError`` with code `precondition` for a volume that is not there.
  static func refreshPools(of domain: Domain) throws {
    let document = try DomainDocument(parsing: domain.xml(.inactive))
    let sources = document.disks.flatMap { disk in [disk.source] + disk.backing }
    var known: [String: Set<String>] = [:]
    for case .volume(let name, let volume) in sources {
      if known[name] == nil {
        let pool = try domain.connection.storagePool(named: name)
        try pool.refresh()
        known[name] = Set(try pool.volumes().map(\.name))
      }
      guard known[name]?.contains(volume) != true else { continue }
      throw FleetError(
        .precondition,
        "VM \"\(domain.name.printable)\" has the volume \(volume.printable) of the pool \(name.printable), where it is "
          + "not, though libvirt has just looked again",
        hint: "see what is there, on the host: virsh vol-list \(name.shellQuoted)")
    }
  }

  package func shutDown(_ id: VMID) async throws {
    try await onDomain("shutdown", id) { try $0.shutdown() }
  }

  package func destroy(_ id: VMID) async throws {
    try await onDomain("destroy", id, within: .seconds(60)) { domain in
      do {
        try domain.destroy()
      } catch LibvirtError.Code.operationInvalid {
        if try domain.isActive() { throw FleetError(.internal, "libvirt does not stop the domain") }
      }
    }
  }

  package func reboot(_ id: VMID) async throws {
    try await onDomain("reboot", id) { try $0.reboot() }
  }

  package func reset(_ id: VMID) async throws {
    try await onDomain("reset", id) { try $0.reset() }
  }

  package func suspend(_ id: VMID) async throws {
    try await onDomain("suspend", id) { try $0.suspend() }
  }

  package func resume(_ id: VMID) async throws {
    try await onDomain("resume", id) { try $0.resume() }
  }

  package func undefine(_ id: VMID, _ removal: DomainRemoval) async throws {
    let subject = LibvirtConnectionPool.Subject(call: "undefine", vm: id)
    try await connector.call(subject, within: .seconds(60)) { connection in
      let domain = try connection.domain(uuid: id.description)
      guard try !domain.isActive() else { throw Self.isActive(domain.name) }
      let status = try domain.status()
      guard removal.mayBeMovedAway || status.state != .shutOff || status.reason != .migrated else {
        throw FleetError(
          .precondition, "VM \"\(domain.name.printable)\" was moved to another host meanwhile, so its definition stays",
          hint: "see where it runs: roost list")
      }
      let definition = try domain.xml([.inactive, .secure])
      try Self.undefine(domain, removal)
      // libvirt also undefines a running domain: one that was started in between gets its definition back.
      guard (try? domain.isActive()) == true else { return }
      _ = try connection.define(xml: definition)
      throw Self.isActive(domain.name)
    }
  }

  private static func isActive(_ name: String) -> FleetError {
    FleetError(
      .precondition, "VM \"\(name.printable)\" runs, so its definition stays",
      hint: "stop it first: roost stop \(name.shellQuoted)")
  }

  /// Undefines with the flags for what to remove; drivers and releases without a feature refuse its flag.
  private static func undefine(_ domain: Domain, _ removal: DomainRemoval) throws {
    let saved: Domain.UndefineFlags = removal.dropsSavedState ? [.managedSave] : []
    let variables: Domain.UndefineFlags = removal.keepsVariables ? [.keepNVRAM] : [.nvram]
    let tpm: Domain.UndefineFlags = removal.keepsTPM ? [.keepTPM] : []
    let known = saved.union(.snapshotsMetadata)
    let attempts = [
      known.union(.checkpointsMetadata).union(variables).union(tpm),
      known.union(.checkpointsMetadata).union(variables), known.union(variables), known,
    ]
    for flags in attempts {
      do {
        return try domain.undefine(flags)
      } catch LibvirtError.Code.invalidArgument {
        continue
      } catch LibvirtError.Code.noSupport {
        break
      }
    }
    try domain.undefine()
  }
}

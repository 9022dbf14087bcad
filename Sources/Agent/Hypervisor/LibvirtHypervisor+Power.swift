public import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  public func define(_ document: String) async throws {
    try await link.call(LibvirtLanes.Subject(call: "define", stuckLimit: 2), within: .seconds(60)) {
      _ = try $0.define(xml: document)
    }
  }

  public func keepDefinition(of id: VMID) async throws {
    try await link.call("define", within: .seconds(60)) { connection in
      // With its passwords, and without what only this run has.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      _ = try connection.define(xml: text)
    }
  }

  public func start(_ id: VMID) async throws {
    try await onDomain("start", id, within: .seconds(120)) { try $0.create() }
  }

  public func shutDown(_ id: VMID) async throws {
    try await onDomain("shutdown", id) { try $0.shutdown() }
  }

  public func destroy(_ id: VMID) async throws {
    try await onDomain("destroy", id, within: .seconds(60)) { domain in
      do {
        try domain.destroy()
      } catch LibvirtError.Code.operationInvalid {
        if try domain.isActive() { throw FleetError(.internal, "libvirt does not stop the domain") }
      }
    }
  }

  public func reboot(_ id: VMID) async throws {
    try await onDomain("reboot", id) { try $0.reboot() }
  }

  public func reset(_ id: VMID) async throws {
    try await onDomain("reset", id) { try $0.reset() }
  }

  public func suspend(_ id: VMID) async throws {
    try await onDomain("suspend", id) { try $0.suspend() }
  }

  public func resume(_ id: VMID) async throws {
    try await onDomain("resume", id) { try $0.resume() }
  }

  public func undefine(_ id: VMID) async throws {
    try await onDomain("undefine", id, within: .seconds(60)) { domain in
      do {
        try domain.undefine([.managedSave, .snapshotsMetadata, .checkpointsMetadata, .nvram])
      } catch LibvirtError.Code.invalidArgument {
        // Drivers without checkpoints or firmware refuse the flags they do not know.
        try domain.undefine([.managedSave, .snapshotsMetadata])
      } catch LibvirtError.Code.noSupport {
        try domain.undefine()
      }
    }
  }
}

internal import DomainXML
public import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  public func setMark(_ mark: FleetMark?, on id: VMID) async throws {
    let text = try mark.map { mark in
      do { return try RoostMark(mark).markup() } catch { throw FleetError(libvirt: error) }
    }
    try await link.call(LibvirtLanes.Subject(call: "mark", vm: id)) { connection in
      let domain = try connection.domain(uuid: id.description)
      var scope: Domain.Scope = []
      if try domain.isPersistent() { scope.insert(.saved) }
      if try domain.isActive() { scope.insert(.live) }
      try domain.setMetadata(text, prefix: RoostMark.prefix, namespace: RoostMark.namespace, scope: scope)
      if mark == nil, try domain.isPersistent() { Self.removeEmptyMetadata(of: domain, connection) }
    }
  }

  public func setVNCPort(_ port: Int, _ mark: FleetMark, on id: VMID) async throws {
    try await link.call(LibvirtLanes.Subject(call: "VNC port", vm: id), within: .seconds(60)) { connection in
      // With its passwords: what is left out here would be gone from the definition.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      do {
        var document = try DomainDocument(parsing: text)
        try document.setVNCPort(port)
        try document.setMark(RoostMark(mark))
        _ = try connection.define(xml: document.text)
      } catch let error as DomainXMLError {
        throw FleetError(libvirt: error)
      }
    }
  }

  /// Takes out the empty element that libvirt leaves behind: the definition is then what it was before it was marked.
  ///
  /// It is written as libvirt gave it, passwords included. A definition that libvirt does not take so, because
  /// something else of the host has changed meanwhile, keeps the empty element, which means nothing.
  private static func removeEmptyMetadata(of domain: Domain, _ connection: Connection) {
    guard let text = try? domain.xml([.inactive, .secure]), let before = try? DomainDocument(parsing: text) else {
      return
    }
    var after = before
    guard (try? after.setMark(nil)) != nil, after.text != before.text else { return }
    _ = try? connection.define(xml: after.text)
  }
}

extension RoostMark {
  /// The mark as a domain document has it.
  init(_ mark: FleetMark) {
    self.init(
      vmID: mark.vmID.description, fleetID: mark.fleetID, revision: mark.revision,
      macs: mark.allocations.macs.compactMap { HardwareAddress($0.description) },
      vncPort: mark.allocations.vncPort)
  }
}

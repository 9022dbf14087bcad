internal import DomainXML
package import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  package func setMark(_ mark: VMMark?, on id: VMID) async throws {
    let text = try mark.map { mark in
      do { return try DomainMark(mark).markup() } catch { throw FleetError(libvirt: error) }
    }
    try await connector.call(LibvirtConnectionPool.Subject(call: "mark", vm: id)) { connection in
      let domain = try connection.domain(uuid: id.description)
      var scope: Domain.Scope = []
      if try domain.isPersistent() { scope.insert(.saved) }
      if try domain.isActive() { scope.insert(.live) }
      try domain.setMetadata(text, prefix: DomainMark.prefix, namespace: DomainMark.namespace, scope: scope)
      if mark == nil, try domain.isPersistent() { Self.removeEmptyMetadata(of: domain, connection) }
    }
  }

  package func setVNC(_ listener: VNCListener, _ mark: VMMark, on id: VMID) async throws {
    let subject = LibvirtConnectionPool.Subject(call: "VNC", vm: id)
    return try await connector.call(subject, within: .seconds(60)) { connection in
      // With passwords, because leaving them out would remove them from the definition.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      do {
        var document = try DomainDocument(parsing: text)
        switch listener {
        case .port(let port, let address):
          let listensNowhere = document.vnc?.isSocket ?? true
          try document.setVNCPort(port)
          if listensNowhere { try document.setVNCListen(address) }
        case .socket: try document.setVNCSocket()
        case .none: try document.removeVNC()
        }
        try document.setMark(DomainMark(mark))
        _ = try connection.define(xml: document.text)
      } catch let error as DomainXMLError {
        throw FleetError(libvirt: error)
      }
    }
  }

  /// Removes the empty element that libvirt leaves behind, so that the definition equals the one before it was marked.
  ///
  /// It is written as libvirt returned it, passwords included. If libvirt refuses the definition because something else
  /// on the host has changed, the empty element stays; it has no meaning.
  private static func removeEmptyMetadata(of domain: Domain, _ connection: Connection) {
    guard let text = try? domain.xml([.inactive, .secure]), let before = try? DomainDocument(parsing: text) else {
      return
    }
    var after = before
    guard (try? after.setMark(nil)) != nil, after.text != before.text else { return }
    _ = try? connection.define(xml: after.text)
  }
}

extension DomainMark {
  /// The mark as a domain document has it.
  init(_ mark: VMMark) {
    self.init(
      vmID: mark.vmID.description, fleetID: mark.fleetID, revision: mark.revision,
      macs: mark.allocations.macs.compactMap { HardwareAddress($0.description) },
      vncPort: mark.allocations.vncPort)
  }
}

extension LibvirtHypervisor {
  package func setMAC(_ mac: MACAddress, inPlaceOf old: MACAddress, _ mark: VMMark, on id: VMID) async throws {
    try await connector.call(LibvirtConnectionPool.Subject(call: "MAC", vm: id), within: .seconds(60)) { connection in
      // With passwords, because leaving them out would remove them from the definition.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      do {
        var document = try DomainDocument(parsing: text)
        let index = try Self.index(of: old, in: document)
        guard let address = HardwareAddress(mac.description) else { throw FleetError(.invalid, "no MAC address") }
        try document.setMAC(address, ofInterface: index)
        try document.setMark(DomainMark(mark))
        _ = try connection.define(xml: document.text)
      } catch let error as DomainXMLError {
        throw FleetError(libvirt: error)
      }
    }
  }

  package func takeLinkDown(of mac: MACAddress, on id: VMID) async throws {
    let subject = LibvirtConnectionPool.Subject(call: "link down", vm: id)
    try await connector.call(subject, within: .seconds(60)) { connection in
      let domain = try connection.domain(uuid: id.description)
      do {
        var document = try DomainDocument(parsing: try domain.xml(.live))
        let index = try Self.index(of: mac, in: document)
        try document.setLink(isUp: false, ofInterface: index)
        try domain.updateDevice(xml: try document.markup(ofInterface: index), scope: .live)
      } catch let error as DomainXMLError {
        throw FleetError(libvirt: error)
      }
    }
  }

  private static func index(of mac: MACAddress, in document: DomainDocument) throws(FleetError) -> Int {
    let wanted = HardwareAddress(mac.description)
    guard let found = document.interfaces.first(where: { $0.mac == wanted }) else {
      throw FleetError(.notFound, "the domain has no interface with the MAC \(mac)")
    }
    return found.index
  }
}

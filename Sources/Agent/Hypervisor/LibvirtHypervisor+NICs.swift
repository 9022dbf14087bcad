internal import DomainXML
public import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  public func setMAC(_ mac: MACAddress, inPlaceOf old: MACAddress, _ mark: FleetMark, on id: VMID) async throws {
    try await link.call(LibvirtLanes.Subject(call: "MAC", vm: id), within: .seconds(60)) { connection in
      // With its passwords: what is left out here would be gone from the definition.
      let text = try connection.domain(uuid: id.description).xml([.inactive, .secure])
      do {
        var document = try DomainDocument(parsing: text)
        let index = try Self.index(of: old, in: document)
        guard let address = HardwareAddress(mac.description) else { throw FleetError(.invalid, "no MAC address") }
        try document.setMAC(address, ofInterface: index)
        try document.setMark(RoostMark(mark))
        _ = try connection.define(xml: document.text)
      } catch let error as DomainXMLError {
        throw FleetError(libvirt: error)
      }
    }
  }

  public func takeLinkDown(of mac: MACAddress, on id: VMID) async throws {
    try await link.call(LibvirtLanes.Subject(call: "link down", vm: id), within: .seconds(60)) { connection in
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

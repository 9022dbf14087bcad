internal import DomainXML
internal import Fleet

extension DomainStart {
  /// Reads the document that libvirt gives its hook.
  /// - Throws: ``FleetError`` with code `invalid` for what is no domain or names no UUID.
  init(document text: String, name: String) throws(FleetError) {
    let document: DomainDocument
    let uuid: String?
    do {
      document = try DomainDocument(parsing: text)
      uuid = try document.uuid
    } catch {
      throw FleetError(.invalid, "the domain's document can't be read: \(error)")
    }
    guard let id = uuid.flatMap({ VMID($0) }) else {
      throw FleetError(.invalid, "the domain's document names no UUID")
    }
    let configuration = DomainConfiguration(document)
    self.init(
      id: id, name: name, nics: configuration.nics + configuration.passedMACs.map { ObservedNIC(mac: $0) },
      ports: configuration.graphics.filter { $0.type == "vnc" && !$0.autoport }.compactMap(\.port),
      disks: configuration.disks.filter(\.isWrittenAlone).flatMap { $0.namesElsewhere.sorted() })
  }
}

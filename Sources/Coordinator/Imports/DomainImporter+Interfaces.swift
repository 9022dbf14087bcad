import DomainXML
import Fleet

extension DomainImporter {
  /// An interface as a spec has it: on a network or a bridge, or carried as the document has it. Each has an address
  /// that the ledger knows, whatever it is plugged into.
  static func nic(
    _ interface: DomainInterface, in spec: VMSpec, newMAC: Bool, _ notes: inout [String]
  ) throws(FleetError) -> NICSpec {
    var mac: MACAddress?
    if let given = interface.mac, !newMAC { mac = try MACAddress(choosing: given.description) }
    if let source = source(of: interface) {
      // A network may have any name; Linux itself has no bridge of such a one.
      if case .bridge(let name) = source, name.utf8.count > 15 || name.contains("/") || name.hasPrefix(".") {
        throw FleetError(.invalid, "the bridge name \"\(name.printable)\" is none that Linux takes")
      }
      let nic = NICSpec(source: source, model: interface.model, mac: mac)
      if stands(spec, with: { $0.nics.append(nic) }) { return nic }
    }
    let kind = interface.kind.rawValue
    let place = "interface \(interface.index + 1), of the type \(kind.printable),"
    notes.append("\(place) stays as its document has it; its address is the ledger's")
    return NICSpec(source: .carried(kind), model: interface.model, mac: mac)
  }

  /// The network or bridge of an interface; nil for the rest.
  static func source(of interface: DomainInterface) -> NICSource? {
    switch interface.kind {
    case .network: interface.network.map { .network($0) }
    case .bridge: interface.bridge.map { .bridge($0) }
    default: nil
    }
  }
}

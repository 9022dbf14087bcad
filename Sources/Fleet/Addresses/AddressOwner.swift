/// The owner of an address: a VM, or the purpose of a reservation.
package struct AddressOwner: Hashable, Sendable {
  /// The VM's name, or the reservation's purpose.
  package var vm: String
  /// The VM's UUID, if it is a VM.
  package var vmID: VMID?
  /// The name of the host it was last seen on, if known.
  package var host: String

  /// Makes an owner.
  package init(vm: String, vmID: VMID?, host: String) {
    self.vm = vm
    self.vmID = vmID
    self.host = host
  }
}

extension AddressOwner: Codable {
  private enum CodingKeys: String, CodingKey { case vm, vmID, host }

  /// An owner whose id can't be read has none.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      vm: try fields.decode(String.self, forKey: .vm),
      vmID: try fields.decodeIfPresent(String.self, forKey: .vmID).flatMap { VMID($0) },
      host: try fields.decode(String.self, forKey: .host))
  }
}

extension AddressOwner: CustomStringConvertible {
  /// Such as `"web-1" on h2`.
  package var description: String { host.isEmpty ? "\"\(vm.printable)\"" : "\"\(vm.printable)\" on \(host.printable)" }
}

extension AddressOwner {
  /// How many owners one sentence names.
  package static let mostNamed = 8

  /// Such as `"web-1" on h2 and by "pet" on h3`; of more than ``mostNamed`` the first, and how many more there are.
  package static func list(_ owners: [AddressOwner], joinedBy word: String) -> String {
    let named = owners.prefix(mostNamed).map(\.description)
    // BOUNDED: counts of arrays.
    let rest = owners.count - named.count
    // BOUNDED: arrays are joined.
    return (named + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: word)
  }
}

/// An IP address that an interface is known by.
package struct NICAddress: Hashable, Sendable {
  /// The address.
  package var ip: String
  /// The source: `lease`, `agent` or `arp`.
  package var source: String

  /// Makes an address.
  package init(ip: String, source: String) {
    self.ip = ip
    self.source = source
  }
}

/// An address that several may have, because somebody said so; it holds while it is the same ones.
package struct AcceptedConflict: Hashable, Sendable {
  /// The address.
  package var mac: MACAddress
  /// Everybody who had it then.
  package var owners: Set<AddressOwner>

  package init(mac: MACAddress, owners: Set<AddressOwner>) {
    self.mac = mac
    self.owners = owners
  }
}

extension AcceptedConflict {
  /// True if exactly these have the address still; what they are called does not matter.
  package func holds(for claimants: [AddressOwner]) -> Bool {
    Set(owners.map(Self.identity)) == Set(claimants.map(Self.identity))
  }

  /// True if that VM on that host is among the owners.
  package func covers(_ owner: AddressOwner) -> Bool {
    owners.contains { Self.identity($0) == Self.identity(owner) }
  }

  private static func identity(_ owner: AddressOwner) -> AddressOwner {
    owner.vmID == nil ? owner : AddressOwner(vm: "", vmID: owner.vmID, host: owner.host)
  }
}

/// A duplicate MAC that an operator has accepted. It stays accepted only while exactly these VMs share it.
package struct AcceptedConflict: Hashable, Sendable {
  /// The address.
  package var mac: MACAddress
  /// All owners at that time.
  package var owners: Set<AddressOwner>

  package init(mac: MACAddress, owners: Set<AddressOwner>) {
    self.mac = mac
    self.owners = owners
  }
}

extension AcceptedConflict {
  /// True if exactly these owners still have the address; their names don't matter.
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

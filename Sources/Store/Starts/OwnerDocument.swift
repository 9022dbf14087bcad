internal import Fleet

/// An owner of an address as JSON.
struct OwnerDocument: Codable {
  private let vm: String
  private let vmID: String?
  private let host: String

  init(_ owner: AddressOwner) {
    vm = owner.vm
    vmID = owner.vmID?.description
    host = owner.host
  }

  /// The owner; one whose id can't be read has none.
  var owner: AddressOwner { AddressOwner(vm: vm, vmID: vmID.flatMap { VMID($0) }, host: host) }
}

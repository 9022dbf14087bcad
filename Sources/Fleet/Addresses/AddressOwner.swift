/// Who has an address.
public struct AddressOwner: Hashable, Sendable {
  /// The VM's name, or what it was reserved for.
  public var vm: String
  /// The VM's UUID, if it is a VM.
  public var vmID: VMID?
  /// The name of the host it was last seen on, if known.
  public var host: String

  /// Makes an owner.
  public init(vm: String, vmID: VMID?, host: String) {
    self.vm = vm
    self.vmID = vmID
    self.host = host
  }
}

extension AddressOwner: CustomStringConvertible {
  /// Such as `"web-1" on h2`.
  public var description: String { host.isEmpty ? "\"\(vm.printable)\"" : "\"\(vm.printable)\" on \(host.printable)" }
}

/// An IP address that an interface is known by.
public struct NICAddress: Hashable, Sendable {
  /// The address.
  public var ip: String
  /// How it is known: `lease`, `agent` or `arp`.
  public var source: String

  /// Makes an address.
  public init(ip: String, source: String) {
    self.ip = ip
    self.source = source
  }
}

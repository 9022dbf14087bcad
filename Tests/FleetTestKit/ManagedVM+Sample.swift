package import Fleet

extension ManagedVM {
  /// A VM that belongs on a host and was given an address for each NIC, from `02:00:00:00:00:01` up, and a port.
  package static func sample(
    _ spec: VMSpec = .sample(), id: VMID = .sample(1), hostID: HostID = .sample(101), host: String = "h1",
    power: PowerTarget = .running, revision: Int64 = 1, phase: VMState? = nil, firstMAC: UInt64 = 1,
    vncPort: Int? = 5900
  ) -> ManagedVM {
    let macs = spec.nics.indices.compactMap { index in
      spec.nics[index].mac ?? MACAddress(number: 0x0200_0000_0000 + firstMAC + UInt64(index))
    }
    return ManagedVM(
      id: id, spec: spec, hostID: hostID, host: host, power: power, revision: revision,
      allocations: Allocations(macs: macs, vncPort: spec.vnc == nil ? nil : vncPort), phase: phase, placed: nil,
      createdAt: .sample)
  }
}

extension Timestamp {
  /// 2026-01-01T00:00:00Z, where ``ManualClock`` begins.
  package static let sample = Timestamp(seconds: 1_767_225_600)
}

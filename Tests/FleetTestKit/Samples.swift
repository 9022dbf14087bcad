package import Fleet

extension ID {
  /// An identifier that a test can tell by its number: `00000000-0000-4000-8000-0000000000NN`.
  package static func sample(_ number: UInt64) -> Self {
    ID(UniqueID(high: 0x4000, low: 1 << 63 | number))
  }
}

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
      allocations: Allocations(macs: macs, vncPort: spec.vnc == nil ? nil : vncPort), phase: phase, createdAt: .sample)
  }
}

extension Timestamp {
  /// 2026-01-01T00:00:00Z, where ``ManualClock`` begins.
  package static let sample = Timestamp(seconds: 1_767_225_600)
}

extension VMSpec {
  /// A small VM with one blank disk and one NIC on the network `default`.
  package static func sample(
    _ name: String = "web-1", vcpus: Int = 2, memory: ByteCount = .gibibytes(2), disk: ByteCount = .gibibytes(10),
    nics: [NICSpec] = [NICSpec(source: .network("default"))]
  ) -> VMSpec {
    VMSpec(
      name: name, vcpus: vcpus, memory: memory,
      disks: disk == .zero ? [] : [DiskSpec(target: "vda", source: .blank, size: disk)], nics: nics)
  }
}

extension FleetOperation {
  /// An operation on a VM with the named steps, all pending.
  package static func sample(
    _ kind: OperationKind, steps: [String], vm: ManagedVM? = .sample(), id: OperationID = .sample(301),
    subject: String? = nil
  ) -> FleetOperation {
    FleetOperation(
      id: id, kind: kind, vmID: vm?.id, subject: subject ?? vm?.spec.name ?? "default",
      hostID: vm?.hostID ?? .sample(101), host: vm?.host ?? "h1", state: .running,
      steps: steps.map { OperationStep(name: $0) }, timeoutSeconds: 30, createdAt: .sample)
  }
}

extension Tombstone {
  /// The tombstone that permits to destroy the VM on its host.
  package static func sample(of vm: ManagedVM, keepDisks: Bool = false) -> Tombstone {
    Tombstone(id: .sample(401), vmID: vm.id, hostID: vm.hostID, keepDisks: keepDisks, createdAt: .sample)
  }
}

extension Image {
  /// A small library image.
  package static func sample(
    _ name: String = "tiny", id: ImageID = .sample(501), format: ImageFormat = .qcow2
  ) -> Image {
    Image(
      id: id, name: name, format: format, virtualSize: .gibibytes(1), fileSize: .mebibytes(20),
      sha256: String(repeating: "ab", count: 32), createdAt: .sample)
  }
}

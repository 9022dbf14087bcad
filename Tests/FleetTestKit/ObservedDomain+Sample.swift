package import Fleet

extension DomainConfiguration {
  /// What libvirt would say of a VM that was made just as it was asked for.
  package init(of vm: ManagedVM) {
    self.init(
      vcpus: vm.spec.vcpus, memory: vm.spec.memory, architecture: vm.spec.architecture,
      machine: vm.spec.machine ?? "pc-i440fx-7.2", type: "qemu",
      nics: zip(vm.allocations.macs, vm.spec.nics).map { mac, nic in
        switch nic.source {
        case .network(let name): ObservedNIC(mac: mac, network: name, bridge: "virbr0", model: nic.model ?? "virtio")
        case .bridge(let name): ObservedNIC(mac: mac, bridge: name, model: nic.model ?? "virtio")
        case .carried: ObservedNIC(mac: mac, model: nic.model ?? "virtio")
        }
      },
      disks: vm.spec.disks.map { disk in
        ObservedDisk(
          device: disk.device.rawValue, target: disk.target,
          path: disk.path ?? (disk.source == .none ? "" : "/var/lib/roost/\(vm.spec.name)-\(disk.target)"),
          format: disk.format.driver, readOnly: disk.device == .cdrom, bus: disk.bus)
      },
      graphics: vm.spec.vnc.map { vnc in
        [
          ObservedGraphics(
            type: "vnc", listen: vnc.isSocket ? "" : vnc.listen, port: vnc.isSocket ? nil : vm.allocations.vncPort,
            isSocket: vnc.isSocket)
        ]
      } ?? [], hasSerialConsole: vm.spec.serialConsole)
  }
}

extension ObservedDomain {
  /// The domain of a VM that was made just as it was asked for, with the fleet's mark.
  package static func sample(
    of vm: ManagedVM, state: DomainState = .running, fleetID: FleetID = .sample(900), seenAt: Timestamp = .sample
  ) -> ObservedDomain {
    let configuration = DomainConfiguration(of: vm)
    return ObservedDomain(
      id: vm.id, name: vm.spec.name, state: state, live: state.isActive ? configuration : nil, saved: configuration,
      mark: VMMark(
        fleetID: fleetID.description, vmID: vm.id, revision: vm.revision, allocations: vm.allocations),
      seenAt: seenAt)
  }

  /// A domain that somebody made with other tools.
  package static func unmanaged(
    _ name: String = "pet", id: VMID = .sample(700), state: DomainState = .running, vcpus: Int = 1,
    memory: ByteCount = .gibibytes(1), macs: [MACAddress] = [], disks: [String] = [], vncPort: Int? = nil,
    seenAt: Timestamp = .sample
  ) -> ObservedDomain {
    let configuration = DomainConfiguration(
      vcpus: vcpus, memory: memory, architecture: "x86_64", machine: "pc-q35-7.2", type: "kvm",
      nics: macs.map { ObservedNIC(mac: $0, network: "default", bridge: "virbr0") },
      disks: disks.enumerated().map { index, path in
        ObservedDisk(device: "disk", target: "disk\(index)", path: path, format: "qcow2")
      },
      graphics: vncPort.map { [ObservedGraphics(type: "vnc", listen: "127.0.0.1", port: $0)] } ?? [])
    return ObservedDomain(
      id: id, name: name, state: state, live: state.isActive ? configuration : nil, saved: configuration,
      seenAt: seenAt)
  }
}

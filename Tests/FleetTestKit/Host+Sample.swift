package import Fleet

extension HostCapacity {
  /// 8 CPUs, 16 GiB of memory and 200 GiB of disk, no overcommitment.
  package static let sample = HostCapacity(vcpus: 8, memory: .gibibytes(16), disk: .gibibytes(200))
}

extension Host {
  /// A host that joined and reported.
  package static func sample(
    _ name: String = "h1", id: HostID = .sample(101), capacity: HostCapacity? = .sample, cordoned: Bool = false
  ) -> Host {
    Host(
      id: id, name: name, machineID: "machine-of-\(name)", cordoned: cordoned, joinedAt: .sample,
      certificateExpiresAt: Timestamp.sample.adding(seconds: 90 * 86400), capacity: capacity)
  }
}

extension Emulator {
  /// QEMU for x86_64 as Debian 12 has it, in short.
  package static let sample = Emulator(
    architecture: "x86_64", path: "/usr/bin/qemu-system-x86_64",
    machines: ["pc", "pc-i440fx-7.2", "q35", "pc-q35-7.2"], accelerators: ["kvm", "tcg"])
}

extension HostNetwork {
  /// The network `default`, running.
  package static let sample = HostNetwork(
    name: "default", bridge: "virbr0", isActive: true, autostart: true, forward: "nat")
}

extension HostFacts {
  /// What the agent of ``Host/sample(_:id:capacity:cordoned:)`` sees.
  package static func sample(_ name: String = "h1", capacity: HostCapacity = .sample) -> HostFacts {
    var facts = HostFacts()
    facts.hostname = name
    facts.libvirtURI = "qemu:///system"
    facts.cpu = CPUFacts(
      architecture: "x86_64", model: "EPYC", vendor: "AMD", sockets: 1, cores: capacity.vcpus, threads: 1,
      logical: capacity.vcpus, megahertz: 2400)
    facts.memory = capacity.memory
    facts.emulators = [.sample]
    facts.networks = [.sample]
    facts.bridges = ["virbr0"]
    facts.pools = [
      StoragePool(
        name: "default", type: "dir", path: "/var/lib/libvirt/images", isActive: true, autostart: true,
        capacity: capacity.disk, allocation: .zero, available: capacity.disk)
    ]
    facts.versions = HostVersions(agent: "0.1.0", libvirt: "9.0.0", qemu: "7.2.0", kernel: "6.1.0")
    facts.bootID = "boot-of-\(name)"
    facts.kvmUsable = true
    facts.checks = [CheckResult(check: "kvm", result: .pass, detail: "a guest runs under KVM")]
    facts.capacity = capacity
    facts.imageDirectory = "/var/lib/libvirt/images"
    return facts
  }
}

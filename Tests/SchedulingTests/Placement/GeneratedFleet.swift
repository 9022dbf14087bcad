import Fleet
import FleetTestKit
import Scheduling

/// Fleets and requests drawn from a seed: mixed sizes, states, networks and emulators.
struct GeneratedFleet {
  let source: SeededRandomSource
  var hosts: [HostSnapshot] = []

  init(seed: UInt64) {
    source = SeededRandomSource(seed: seed)
    hosts = (1...source.int(in: 1...12)).map { host("h\($0)") }
  }

  private func host(_ name: String) -> HostSnapshot {
    let capacity = HostCapacity(
      vcpus: source.int(in: 1...64), memory: .gibibytes(Int64(source.int(in: 1...256))),
      disk: .gibibytes(Int64(source.int(in: 0...4000))), cpuRatio: source.element(of: [1, 1.5, 4]),
      memoryRatio: source.element(of: [1, 1, 1.2]), reservedMemory: .gibibytes(Int64(source.int(in: 0...2))))
    var host = HostSnapshot.sample(name, capacity: source.once(in: 20) ? nil : capacity)
    // Now and then more than there is: unmanaged VMs ask nobody.
    host.reserved = Reservation(
      vcpus: source.int(in: 0...capacity.limit.vcpus + 4), memory: .gibibytes(Int64(source.int(in: 0...200))),
      disk: .gibibytes(Int64(source.int(in: 0...2000))))
    if source.once(in: 6) { host.state = source.element(of: HostState.allCases) }
    if source.once(in: 10) { (host.isCurrent, host.dataAgeSeconds) = (false, Double(source.int(in: 0...9999))) }
    host.kvmUsable = !source.once(in: 3)
    if source.once(in: 8) {
      host.emulators.append(
        Emulator(architecture: "aarch64", path: "/q", machines: ["virt"], accelerators: ["tcg"]))
    }
    if source.once(in: 12) { host.emulators = [] }
    host.networks = source.element(
      of: [
        [.sample], [.sample], [],
        [HostNetwork(name: "default", bridge: "virbr0", isActive: false, autostart: false)],
      ])
    host.bridges = source.element(of: [["virbr0"], ["virbr0", "kvmbr0"], []])
    host.freePoolSpace = source.once(in: 2) ? .gibibytes(Int64(source.int(in: 0...4000))) : nil
    return host
  }

  func request() -> PlacementRequest {
    var spec = VMSpec.sample(
      "vm", vcpus: source.int(in: 1...16), memory: .mebibytes(Int64(source.int(in: 128...65536))),
      disk: .gibibytes(Int64(source.int(in: 0...300))),
      nics: source.element(
        of: [
          [], [NICSpec(source: .network("default"))], [NICSpec(source: .bridge("kvmbr0"))],
          [NICSpec(source: .bridge("virbr0")), NICSpec(source: .network("default"))],
        ]))
    spec.architecture = source.element(of: ["x86_64", "x86_64", "x86_64", "aarch64"])
    spec.machine = source.element(of: [nil, nil, "q35", "pc-i440fx-rhel7.0.0", "virt"])
    spec.acceleration = source.element(of: AccelerationPreference.allCases)
    return PlacementRequest(
      spec: spec, host: source.once(in: 5) ? "h\(source.int(in: 1...14))" : nil,
      strategy: source.element(of: PlacementStrategy.allCases))
  }
}

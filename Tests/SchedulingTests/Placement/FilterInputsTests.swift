import Fleet
import FleetTestKit
import Testing

@testable import Scheduling

/// Requests and hosts drawn from a seed that differ in every property, each from a few values, so that many are equal.
struct VariedPlacement {
  let source: SeededRandomSource

  func any<Element>(_ elements: Element...) -> Element { source.element(of: elements) }

  func request(_ name: String = "vm") -> PlacementRequest {
    var spec = VMSpec.sample(
      name, vcpus: any(1, 6), memory: .gibibytes(any(1, 6)),
      nics: any([], [nic(.network("default"))], [nic(.bridge("br0"))]))
    spec.title = any(nil, "a title")
    spec.startVCPUs = any(nil, 1)
    spec.startMemory = any(nil, .mebibytes(512))
    spec.architecture = any("x86_64", "x86_64", "aarch64")
    spec.machine = any(nil, nil, "q35", "virt")
    spec.acceleration = any(.none, .preferred, .required)
    if source.once(in: 3) {
      spec.disks.append(DiskSpec(target: "vdb", source: any(.existing, .none), path: any("/srv/a", "/srv/b")))
    }
    spec.vnc = any(nil, VNCSpec(), VNCSpec(listen: "0.0.0.0", keymap: "de"), VNCSpec(isSocket: true))
    spec.serialConsole = any(true, false)
    spec.bootOrder = any([.disk], [.network])
    spec.labels = any([:], ["tier": "web"])
    spec.document = any(nil, "<domain/>")
    return PlacementRequest(
      spec: spec, host: any(nil, nil, "h1"), strategy: any(.spread, .pack), constraints: constraints(),
      privileges: any([], [], [HostPrivilege(.passthrough, "0000:3b:00.0", "wants it")]))
  }

  private func nic(_ source: NICSource) -> NICSpec {
    NICSpec(source: source, model: any(nil, "e1000"), mac: MACAddress(number: UInt64(0x0200_0000_0000 + any(1, 2))))
  }

  private func constraints() -> PlacementConstraints {
    var wanted = PlacementConstraints(
      require: any([:], [:], ["rack": ["a"]]), avoid: any([:], [:], ["rack": ["b"]]), groups: any([], ["web"]),
      pools: any([:], ["ssd": .gibibytes(1)]), devices: any([:], ["gpu": 1]), hugePage: any(nil, .mebibytes(2)),
      usesDefaultHugePages: any(false, true), oneCell: any(false, false, true), cpuModel: any(nil, nil, "EPYC"),
      vlans: any([], [], [7]), isPinned: any(false, true))
    if source.once(in: 3) {
      let value = any("efi", "ssd", "ssd/data", "0", "1-3", "EPYC", "/srv/a", "/srv/b", "0000:3b:00.0")
      wanted.needs = [HostNeed(source.element(of: HostNeed.Kind.allCases), value, for: "its part")]
    }
    return wanted
  }

  func host(_ name: String = "h1") -> HostSnapshot {
    var host = HostSnapshot.sample(
      name,
      capacity: any(.sample, .sample, nil, HostCapacity(vcpus: 4, memory: .gibibytes(4), disk: .zero, cpuRatio: 2)),
      networks: any([.sample], [.sample], []), bridges: any(["br0"], []))
    host.id = .sample(UInt64(any(1, 2)))
    if source.once(in: 6) { host.state = source.element(of: HostState.allCases) }
    host.stateDetail = any("", "a detail")
    host.isCurrent = any(true, true, true, false)
    host.dataAgeSeconds = any(nil, 7)
    host.reserved.vcpus = any(0, 1)
    host.freePoolSpace = any(nil, .gibibytes(1))
    host.emulators = any(
      [.sample], [.sample], [],
      [Emulator(architecture: "aarch64", path: "/q", machines: ["virt"], accelerators: ["kvm"])])
    host.kvmUsable = any(true, false)
    host.labels = any([:], ["rack": "a"], ["rack": "b"])
    host.images = any([], [.sample(5)])
    host.vmCount = any(0, 3)
    host.files = any(
      .unasked, .unasked, .unknown("it hangs"), .found(["/srv/a": .regular, "ssd/data": .regular]),
      .found(["/srv/b": .directory]))
    host.traits = traits()
    return host
  }

  private func traits() -> HostTraits {
    let offers = HostNeed.Kind.allCases.flatMap { ["\($0.rawValue)/", "\($0.rawValue)/efi"] }
    return HostTraits(
      cpuModels: any([], ["EPYC"], ["Skylake"]), qemuVersion: any("", "7.2.0"),
      cells: any(
        [], [NUMACell(id: 0, memory: .gibibytes(4), cpus: [0, 1])],
        [NUMACell(id: 1, memory: .gibibytes(8), cpus: [0, 1, 2, 3])]),
      hugePages: any([], [HugePages(pageSize: .mebibytes(2), total: 9, free: any(1, 9))]),
      pools: any([:], ["ssd": .init(total: Int64(any(1, 1 << 40)))], ["hdd": .init(total: 9)]),
      sharedPools: any([], ["ssd"]), devices: any([:], ["gpu": .init(total: 1)]), vlans: any([], [7]),
      offers: any([], Set(offers), Set(offers + ["iommu/off", "pci/0000:3b:00.0"])),
      lent: any([:], ["pci/0000:3b:00.0": "other"]), portObstacle: any(nil, nil, "no VNC there"),
      trust: any(nil, HostTrust(), HostTrust(grants: [.passthrough: .everything])), load: any(nil, 0.5),
      loadAgeSeconds: any(0, 9))
  }
}

/// Filters run once for all VMs and hosts with equal inputs; here they run for each as well.
@Suite("Filters, once for equal inputs")
struct FilterInputsTests {
  private static let seeds: [UInt64] = Array(1...300)

  @Test("no filter reads what is cleared of a request or of a host", arguments: seeds)
  func inputs(_ seed: UInt64) {
    let varied = VariedPlacement(source: SeededRandomSource(seed: seed))
    for _ in 0..<40 {
      let (request, host) = (varied.request(), varied.host())
      let whole = PlacementFilter.refusalOfKind(request, host)
      let cleared = PlacementFilter.refusalOfKind(request.filterInputs(isPlaced: false), host.filterInputs)
      #expect(whole?.rule == cleared?.rule, "seed \(seed): \(request) on \(host)")
    }
  }

  @Test("a fleet as numbers answers for each VM and host as the filters do", arguments: seeds)
  func packing(_ seed: UInt64) {
    let varied = VariedPlacement(source: SeededRandomSource(seed: seed))
    let hosts = (1...6).map { varied.host("h\($0)") }
    var packing = PackingState(hosts)
    for number in 0..<40 {
      let request = varied.request("vm-\(number)")
      let shape = packing.packedVM(of: PlacedVM(request)).shape
      for (position, host) in hosts.enumerated() {
        let isAllowed = PlacementFilter.refusalOfKind(request, host) == nil && [nil, host.name].contains(request.host)
        #expect(packing.allows(shape, position) == isAllowed, "seed \(seed): \(request) on \(host)")
      }
    }
  }

  @Test("an index answers for each VM and host as a decision does", arguments: seeds)
  func index(_ seed: UInt64) {
    let varied = VariedPlacement(source: SeededRandomSource(seed: seed))
    var index = PlacementIndex((1...6).map { varied.host("h\($0)") })
    for number in 0..<40 {
      let request = varied.request("vm-\(number)")
      let decision = Placement.decide(request, on: index.hosts)
      let choice = index.choose(request)
      #expect(choice?.host == decision.host && choice?.score == decision.ranking.first?.score, "seed \(seed)")
      if varied.source.once(in: 4) { index.replace(varied.host("h\(varied.source.int(in: 1...6))")) }
    }
  }

  @Test("every property is drawn above, and a new one must be")
  func properties() {
    // One that no filter reads is also cleared in FilterInputs.swift.
    let varied = VariedPlacement(source: SeededRandomSource(seed: 1))
    let (request, host) = (varied.request(), varied.host())
    func names(_ value: Any) -> Set<String> { Set(Mirror(reflecting: value).children.compactMap(\.label)) }
    #expect(names(request) == ["spec", "host", "strategy", "constraints", "privileges"])
    #expect(
      names(request.spec) == [
        "name", "title", "vcpus", "startVCPUs", "memory", "startMemory", "architecture", "machine", "acceleration",
        "disks", "nics", "vnc", "serialConsole", "bootOrder", "labels", "document",
      ])
    #expect(
      names(request.constraints) == [
        "require", "avoid", "groups", "pools", "devices", "hugePage", "usesDefaultHugePages", "oneCell", "cpuModel",
        "vlans", "isPinned", "needs",
      ])
    #expect(names(NICSpec(source: .network("default"))) == ["source", "model", "mac"])
    #expect(
      names(host) == [
        "id", "name", "state", "stateDetail", "isCurrent", "dataAgeSeconds", "capacity", "reserved", "freePoolSpace",
        "emulators", "kvmUsable", "networks", "bridges", "labels", "images", "vmCount", "files", "traits", "vms",
      ])
    #expect(
      names(host.traits) == [
        "cpuModels", "qemuVersion", "cells", "hugePages", "pools", "sharedPools", "devices", "vlans", "offers", "lent",
        "portObstacle", "trust", "load", "loadAgeSeconds",
      ])
  }

  @Test("hosts that differ only in name, room and measurements are one class")
  func classes() {
    var (left, right) = (HostSnapshot.sample("h1"), HostSnapshot.sample("h2"))
    left.traits.pools = ["ssd": .init(total: 5)]
    right.traits.pools = ["ssd": .init(total: 7, reserved: 3)]
    right.reserved.vcpus = 3
    right.capacity?.vcpus = 64
    right.traits.load = 0.5
    right.dataAgeSeconds = 3
    right.vms = [PlacedVM(PlacementRequest(spec: .sample("db")))]
    #expect(HostClasses([left, right]).of == [0, 0])
    right.traits.pools = ["hdd": .init(total: 5)]
    #expect(HostClasses([left, right]).of == [0, 1])
  }

  @Test("a VM with a display does not count on a host where none can listen")
  func displays() {
    var (open, closed) = (HostSnapshot.sample("h1"), HostSnapshot.sample("h2"))
    var quiet = PlacementRequest(spec: .sample("quiet"))
    quiet.spec.vnc = nil
    open.vms = [PlacedVM(quiet)]
    closed.traits.portObstacle = "no VNC there"
    let fit = Fit.count(of: PlacementRequest(spec: .sample("loud")), on: [open, closed])
    #expect(fit.perHost.map(\.count) == [4, 0])
  }

  @Test("a VM that needs a grant is lost with the only host that grants it")
  func grants() {
    var hosts = [HostSnapshot.sample("h1"), .sample("h2")]
    for index in hosts.indices { hosts[index].traits.trust = HostTrust() }
    hosts[0].traits.trust?.grants = [.passthrough: .everything]
    hosts[0].vms = [PlacedVM(PlacementRequest(spec: .sample("plain")))]
    var request = PlacementRequest(spec: .sample("card"))
    request.privileges = [HostPrivilege(.passthrough, "0000:3b:00.0", "wants it")]
    let decision = Placement.decide(request, on: hosts, under: PlacementPolicy(survive: 1))
    #expect(decision.refused.map(\.rule) == ["survive", "trust"])
    #expect(decision.refused.first?.detail == "if h1 fails, card finds no host")
  }

  @Test("files of VMs that are on hosts already were not asked for, and refuse no host")
  func otherFiles() {
    func request(_ name: String) -> PlacementRequest {
      var request = PlacementRequest(spec: .sample(name))
      request.spec.disks = [DiskSpec(target: "vda", source: .existing, path: "/srv/\(name)")]
      return request
    }
    var hosts = [HostSnapshot.sample("h1"), .sample("h2"), .sample("h3")]
    for index in hosts.indices { hosts[index].files = .found(["/srv/new": .regular]) }
    hosts[0].vms = [PlacedVM(request("old"))]
    let policy = PlacementPolicy(survive: 1)
    #expect(Placement.decide(request("new"), on: hosts, under: policy).host != nil)
    // Its own file must be where it would go.
    for index in 1...2 { hosts[index].files = .found(["/srv/new": .missing]) }
    #expect(Placement.decide(request("new"), on: hosts, under: policy).host == nil)
  }
}

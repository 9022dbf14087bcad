import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("What refuses a host")
struct PlacementFilterTests {
  /// What a host lacks or a VM asks for, with the refusal it leads to.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rule: String
    let detail: String
    let apply: @Sendable (inout PlacementRequest, inout HostSnapshot) -> Void

    init(
      _ name: String, rule: String, _ detail: String,
      _ apply: @escaping @Sendable (inout PlacementRequest, inout HostSnapshot) -> Void
    ) {
      testDescription = name
      self.rule = rule
      self.detail = detail
      self.apply = apply
    }
  }

  private static let decided: [Case] = [
    Case("another host was asked for", rule: "host", "only \"h2\" was asked for") { request, _ in
      request.host = "h2"
    },
    Case("a cordoned host", rule: "state", "is cordoned") { $1.state = .cordoned },
    Case("a drained host", rule: "state", "is being drained") { $1.state = .draining },
    Case("a host without libvirt", rule: "state", "its libvirt does not answer") { $1.state = .libvirtDown },
    Case("a host whose libvirt is silent since", rule: "state", "its libvirt does not answer since noon") {
      ($1.state, $1.stateDetail) = (.libvirtDown, "its libvirt does not answer since noon")
    },
    Case("a silent host", rule: "state", "is unreachable: last seen 4 min ago") {
      ($1.state, $1.stateDetail) = (.unreachable, "last seen 4 min ago")
    },
    Case("a fenced host", rule: "state", "is fenced") { $1.state = .fenced },
    Case("a host that never reported", rule: "certainty", "has not reported yet") { $1.capacity = nil },
    Case("old data", rule: "certainty", "its data is 45 s old") { ($1.isCurrent, $1.dataAgeSeconds) = (false, 45) },
    Case("older data", rule: "certainty", "its data is 5 min old") { ($1.isCurrent, $1.dataAgeSeconds) = (false, 300) },
    Case("data of no age", rule: "certainty", "its data is not current") { $1.isCurrent = false },
    Case("data of no sensible age", rule: "certainty", "its data is 0 s old") {
      ($1.isCurrent, $1.dataAgeSeconds) = (false, .nan)
    },
  ]

  private static let lacking: [Case] = [
    Case("a foreign architecture", rule: "emulator", "wants aarch64, it has x86_64") { request, _ in
      request.spec.architecture = "aarch64"
    },
    Case("no emulator", rule: "emulator", "wants x86_64, it has no emulator") { $1.emulators = [] },
    Case(
      "a foreign machine type", rule: "machine",
      "wants machine type pc-i440fx-rhel7.0.0, it has pc, q35, pc-q35-7.2, pc-i440fx-7.2"
    ) { request, _ in request.spec.machine = "pc-i440fx-rhel7.0.0" },
    Case("a machine type of another architecture", rule: "machine", "wants machine type virt, it has pc, q35") {
      $0.spec.machine = "virt"
      $1.emulators = [
        Emulator(architecture: "x86_64", path: "/x", machines: ["q35", "pc"], accelerators: []),
        Emulator(architecture: "aarch64", path: "/a", machines: ["virt"], accelerators: []),
      ]
    },
    Case("KVM that does not work", rule: "acceleration", "wants KVM, no guest runs under KVM there") {
      $0.spec.acceleration = .required
      $1.kvmUsable = false
    },
    Case("an emulator without KVM", rule: "acceleration", "wants KVM, its x86_64 emulator offers none") {
      $0.spec.acceleration = .required
      $1.emulators[0].accelerators = ["tcg"]
    },
    Case("no network", rule: "network", "wants network \"default\", it has none") { $1.networks = [] },
    Case("another network", rule: "network", "wants network \"lan\", it has default") { request, _ in
      request.spec.nics.append(NICSpec(source: .network("lan")))
    },
    Case("a network that is off", rule: "network", "network \"default\" is not active") {
      $1.networks[0].isActive = false
    },
    Case("no bridge", rule: "bridge", "wants bridge \"kvmbr0\", it has virbr0") { request, _ in
      request.spec.nics = [NICSpec(source: .bridge("kvmbr0"))]
    },
    Case("many other bridges", rule: "bridge", "wants bridge \"kvmbr0\", it has br0, br1, br2, br3 and 2 more") {
      $0.spec.nics = [NICSpec(source: .bridge("kvmbr0"))]
      $1.bridges = ["br5", "br3", "br4", "br0", "br2", "br1"]
    },
  ]

  private static let path = "/srv/web.qcow2"

  /// A request with a file of its own, on a host of which this is known.
  private static func bring(_ request: inout PlacementRequest, _ host: inout HostSnapshot, _ files: KnownFiles) {
    request.spec.disks.append(DiskSpec(target: "vdb", source: .existing, path: path))
    host.files = files
  }

  private static let strange: [Case] = [
    Case("a file it lacks", rule: "files", "wants \(path) for disk \"vdb\", which is not on it") {
      bring(&$0, &$1, .found([path: .missing]))
    },
    Case("a file nobody asked it for", rule: "files", "wants \(path) for disk \"vdb\", which is not on it") {
      bring(&$0, &$1, .found(["/srv/other.qcow2": .regular]))
    },
    Case(
      "a directory", rule: "files",
      "wants \(path) for disk \"vdb\", which is neither a file nor a block device there"
    ) { bring(&$0, &$1, .found([path: .other])) },
    Case(
      "a file behind a closed door", rule: "files",
      "wants \(path) for disk \"vdb\", which its agent may not look at"
    ) { bring(&$0, &$1, .found([path: .hidden])) },
    Case(
      "no answer about its files", rule: "files",
      "wants \(path) for disk \"vdb\", it is not known whether that is there: it hangs"
    ) { bring(&$0, &$1, .unknown("it hangs")) },
  ]

  private static let untrusting: [Case] = [
    Case(
      "a host that does not grant it", rule: "trust",
      "wants it, which the host does not grant; to grant it, have in [trust] of /etc/roost/host.toml there:"
        + " passthrough = [\"0000:3b:00.0\"]"
    ) {
      $0.privileges = [HostPrivilege(.passthrough, "0000:3b:00.0", "wants it")]
      $1.traits.trust = HostTrust()
    }
  ]

  private static let full: [Case] = [
    Case("too few CPUs", rule: "vcpus", "wants 9, 8 of 8 are free") { request, _ in request.spec.vcpus = 9 },
    Case("CPUs in use", rule: "vcpus", "wants 8, 2 of 16 are free") {
      $0.spec.vcpus = 8
      $1.capacity?.cpuRatio = 2
      $1.reserved.vcpus = 14
    },
    Case("an oversold host", rule: "vcpus", "wants 1, 0 of 8 are free") {
      $0.spec.vcpus = 1
      $1.reserved.vcpus = .max
    },
    Case("too little memory", rule: "memory", "wants 4GiB, 1GiB of 16GiB is free") {
      $0.spec.memory = .gibibytes(4)
      $1.reserved.memory = .gibibytes(15)
    },
    Case("a byte too little", rule: "memory", "wants 4294967298B, 4294967297B of 16GiB is free") {
      $0.spec.memory = ByteCount(bytes: 4 << 30 + 2)
      $1.reserved.memory = ByteCount(bytes: 12 << 30 - 1)
    },
    Case("too little disk", rule: "disk", "wants 10GiB, 9GiB of 200GiB is free") {
      $1.reserved.disk = .gibibytes(191)
      $0.spec.disks[0].size = .gibibytes(10)
    },
    Case("disks beyond every sum", rule: "disk", "wants 8191.9PiB, 200GiB of 200GiB is free") { request, _ in
      request.spec.disks[0].size = ByteCount(bytes: .max)
      request.spec.disks.append(DiskSpec(target: "vdb", source: .blank, size: ByteCount(bytes: .max)))
    },
  ]

  @Test(
    "a host is refused by the rule it breaks, with numbers",
    arguments: decided + lacking + strange + untrusting + full)
  func refuses(_ given: Case) {
    var request = PlacementRequest(spec: .sample())
    var host = HostSnapshot.sample("h1")
    given.apply(&request, &host)
    let refusal = Refusal(host: "h1", rule: given.rule, detail: given.detail)
    #expect(Placement.decide(request, on: [host]) == PlacementDecision(ranking: [], refused: [refusal]))
    #expect(Placement.verify(request, on: host) == refusal)
  }

  @Test(
    "a host that just fits is taken",
    arguments: [
      Case("all of its room", rule: "", "") { request, _ in
        request.spec = .sample(vcpus: 8, memory: .gibibytes(16), disk: .gibibytes(200))
      },
      Case("an alias of a machine type", rule: "", "") { request, _ in request.spec.machine = "pc" },
      Case("KVM that works", rule: "", "") { request, _ in request.spec.acceleration = .required },
      Case("no KVM, and none is needed", rule: "", "") { $1.kvmUsable = false },
      Case("no disk wanted on a full disk", rule: "", "") {
        $0.spec.disks = []
        $1.reserved.disk = .gibibytes(999)
      },
      Case("measured space, which only weighs", rule: "", "") { $1.freePoolSpace = .zero },
      Case("the file it brings along", rule: "", "") { bring(&$0, &$1, .found([path: .regular])) },
      Case("the block device it brings along", rule: "", "") { bring(&$0, &$1, .found([path: .block])) },
      Case("files that nobody asks for", rule: "", "") { request, host in
        host.files = .unknown("it hangs")
        request.spec.disks.append(DiskSpec(device: .cdrom, target: "sda", source: .none))
      },
      Case("files in a plan without a fleet", rule: "", "") { bring(&$0, &$1, .unasked) },
      Case("the pinned host", rule: "", "") { request, _ in request.host = "h1" },
      Case("old age of data that is current", rule: "", "") { $1.dataAgeSeconds = 1e300 },
    ])
  func takes(_ given: Case) {
    var request = PlacementRequest(spec: .sample())
    var host = HostSnapshot.sample("h1")
    given.apply(&request, &host)
    #expect(Placement.verify(request, on: host) == nil)
    #expect(Placement.decide(request, on: [host]).host == "h1")
  }
}

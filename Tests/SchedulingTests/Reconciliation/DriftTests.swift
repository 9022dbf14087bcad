import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Drift")
struct DriftTests {
  /// One change that somebody made with other tools, and what is said of it.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sentences: [String]
    let apply: @Sendable (inout ObservedDomain) -> Void

    init(_ name: String, _ sentences: String..., apply: @escaping @Sendable (inout ObservedDomain) -> Void) {
      testDescription = name
      self.sentences = sentences
      self.apply = apply
    }
  }

  private static func vm() -> ManagedVM {
    var spec = VMSpec.sample(
      nics: [NICSpec(source: .network("default")), NICSpec(source: .bridge("kvmbr0"))])
    spec.disks.append(DiskSpec(target: "vdb", source: .existing, path: "/images/data.qcow2"))
    return .sample(spec)
  }

  private static func both(
    _ domain: inout ObservedDomain, _ change: (inout DomainConfiguration) -> Void
  ) {
    if var live = domain.live {
      change(&live)
      domain.live = live
    }
    if var saved = domain.saved {
      change(&saved)
      domain.saved = saved
    }
  }

  private static let stranger = MACAddress(number: 0x5254_0000_0001)

  @Test("a guest that starts with less as asked shows no drift, any other number does")
  func start() {
    var vm = Self.vm()
    (vm.spec.vcpus, vm.spec.startVCPUs) = (4, 2)
    (vm.spec.memory, vm.spec.startMemory) = (.gibibytes(4), .gibibytes(1))
    func sentences(_ vcpus: Int, of most: Int, _ memory: ByteCount) -> [String] {
      var domain = ObservedDomain.sample(of: vm, state: .running)
      Self.both(&domain) {
        ($0.vcpus, $0.maximumVCPUs, $0.memory, $0.maximumMemory) = (vcpus, most, memory, .gibibytes(4))
      }
      return Reconciliation.drift(vm: vm, observed: domain)
    }
    #expect(sentences(2, of: 4, .gibibytes(1)) == [])
    #expect(sentences(2, of: 4, .gibibytes(4)) == [], "an empty balloon")
    #expect(sentences(4, of: 4, .gibibytes(1)) == ["vcpus is 4, 2 was asked for"])
    #expect(sentences(2, of: 2, .gibibytes(1)) == ["maximum vcpus is 2, 4 was asked for"])
    #expect(sentences(2, of: 4, .gibibytes(2)) == ["memory is 2GiB, 1GiB was asked for"])
  }

  private static let sizes: [Change] = [
    Change("nothing") { _ in },
    Change("vCPUs of both", "vcpus is 4, 2 was asked for") { both(&$0) { $0.vcpus = 4 } },
    Change("vCPUs of the definition", "vcpus is 4 from the next start, 2 was asked for") { $0.saved?.vcpus = 4 },
    Change("vCPUs of the guest", "vcpus is 1 until the next start, 2 was asked for") { $0.live?.vcpus = 1 },
    Change("vCPUs of each", "vcpus is 1 and 4 from the next start, 2 was asked for") {
      $0.live?.vcpus = 1
      $0.saved?.vcpus = 4
    },
    Change("memory", "memory is 4GiB, 2GiB was asked for") { both(&$0) { $0.memory = .gibibytes(4) } },
    Change("the most memory", "maximum memory is 4GiB, 2GiB was asked for") {
      both(&$0) { $0.maximumMemory = .gibibytes(4) }
    },
    Change(
      "the most memory of the definition, while the balloon of the guest is empty",
      "maximum memory is 4GiB, 2GiB was asked for"
    ) {
      both(&$0) { $0.maximumMemory = .gibibytes(4) }
      $0.live?.memory = .gibibytes(4)
    },
    Change("the most memory of the next start", "maximum memory is 4GiB from the next start, 2GiB was asked for") {
      $0.live?.maximumMemory = .gibibytes(2)
      $0.saved?.maximumMemory = .gibibytes(4)
    },
    Change("the most vCPUs", "maximum vcpus is 3 from the next start, 2 was asked for") {
      $0.saved?.maximumVCPUs = 3
    },
    Change("memory that QEMU rounded up") { both(&$0) { $0.memory = ByteCount(bytes: 2 << 30 + 1 << 19) } },
    Change("memory that looks alike", "memory is 2148532224B, 2GiB was asked for") {
      both(&$0) { $0.memory = ByteCount(bytes: 2 << 30 + 1 << 20) }
    },
    Change("the architecture", "architecture is i686, x86_64 was asked for") { both(&$0) { $0.architecture = "i686" } },
    Change("the full name of a machine type") { both(&$0) { $0.machine = "pc-i440fx-9.0" } },
  ]

  private static let devices: [Change] = [
    Change("a NIC's network", "NIC 02:00:00:00:00:01 is on network \"lan\", on network \"default\" was asked for") {
      both(&$0) { $0.nics[0].network = "lan" }
    },
    Change("a NIC's kind", "NIC 02:00:00:00:00:01 is on bridge \"br0\", on network \"default\" was asked for") {
      both(&$0) { ($0.nics[0].network, $0.nics[0].bridge) = ("", "br0") }
    },
    Change(
      "a NIC's bridge",
      "NIC 02:00:00:00:00:02 is on bridge \"br9\" from the next start, on bridge \"kvmbr0\" was asked for"
    ) { $0.saved?.nics[1].bridge = "br9" },
    Change(
      "a NIC's address", "NIC 02:00:00:00:00:02 is missing, on bridge \"kvmbr0\" was asked for",
      "NIC 52:54:00:00:00:01 was added"
    ) { both(&$0) { $0.nics[1].mac = stranger } },
    Change("another NIC", "NIC 52:54:00:00:00:01 was added") {
      $0.saved?.nics.append(ObservedNIC(mac: stranger, network: "default"))
    },
    Change("the order of NICs") { both(&$0) { $0.nics.swapAt(0, 1) } },
    Change("a disk's file", "disk vdb is at /other, at /images/data.qcow2 was asked for") {
      both(&$0) { $0.disks[1].path = "/other" }
    },
    Change("a disk that comes over the network", "disk vdb is at http://m/a.iso, at /images/data.qcow2 was asked for") {
      both(&$0) { ($0.disks[1].path, $0.disks[1].identity) = ("", "net:http:m://a.iso") }
    },
    Change("a file the host chose") { both(&$0) { $0.disks[0].path = "/elsewhere" } },
    Change("a disk less", "disk vda is missing") { both(&$0) { $0.disks.removeFirst() } },
    Change("a disk more", "disk sdz was added") {
      $0.live?.disks.append(ObservedDisk(device: "disk", target: "sdz", path: "/x"))
    },
    Change("a disk in QEMU's arguments, which no spec has") {
      both(&$0) {
        $0.disks.append(
          ObservedDisk(device: "disk", target: "", path: "/x", bus: ObservedDisk.emulatorArgument))
      }
    },
    Change("a file's control characters", "disk vdb is at /a\\u{1b}, at /images/data.qcow2 was asked for") {
      both(&$0) { $0.disks[1].path = "/a\u{1B}" }
    },
    Change("the serial console", "serial console is missing from the next start") {
      $0.saved?.hasSerialConsole = false
    },
  ]

  private static let displays: [Change] = [
    Change("the port", "VNC port is 5999, 5900 was asked for") { both(&$0) { $0.graphics[0].port = 5999 } },
    Change("the port left to libvirt", "VNC port is left to libvirt from the next start, 5900 was asked for") {
      $0.saved?.graphics[0].port = -1
    },
    Change("the display", "VNC port is missing, 5900 was asked for") { both(&$0) { $0.graphics = [] } },
    Change("the display's address", "VNC address is 0.0.0.0, 127.0.0.1 was asked for") {
      both(&$0) { $0.graphics[0].listen = "0.0.0.0" }
    },
    Change("an address that is not said") { both(&$0) { $0.graphics[0].listen = "" } },
  ]

  private static let identity: [Change] = [
    Change("the name", "its name on the host is \"web-9\", \"web-1\" was asked for") { $0.name = "web-9" },
    Change("the mark", "Roost's mark is gone from its definition") { $0.mark = nil },
    Change(
      "the definition",
      "its definition is gone, undefined behind Roost's back; it vanishes when it stops, "
        + "roost recover web-1 defines it again"
    ) {
      ($0.isPersistent, $0.saved) = (false, nil)
    },
    Change("the power", "is stopped; running was asked for") { ($0.state, $0.live) = (.stopped, nil) },
    Change("the power, by the guest's fault", "the guest crashed; running was asked for") {
      ($0.state, $0.live) = (.crashed, nil)
    },
    Change("a pause", "is paused; running was asked for") { $0.state = .paused },
    Change("a wait for a disk") { $0.state = .blocked },
    Change("a state nobody tells") { $0.state = .unknown },
    Change("a stopped VM's vCPUs", "is stopped; running was asked for", "vcpus is 4, 2 was asked for") {
      ($0.state, $0.live) = (.stopped, nil)
      $0.saved?.vcpus = 4
    },
  ]

  @Test("each change is told in one sentence", arguments: sizes + devices + displays + identity)
  func told(_ change: Change) {
    let vm = Self.vm()
    var domain = ObservedDomain.sample(of: vm)
    change.apply(&domain)
    #expect(Reconciliation.drift(vm: vm, observed: domain) == change.sentences)
  }

  @Test("a changing power is no drift, nor that of a VM being made or deleted")
  func changing() {
    let vm = Self.vm()
    let domain = ObservedDomain.sample(of: vm, state: .stopped)
    #expect(Reconciliation.drift(vm: vm, observed: domain, isChanging: true).isEmpty)
    var deleting = vm
    deleting.phase = .deleting
    #expect(Reconciliation.drift(vm: deleting, observed: domain).isEmpty)
  }

  @Test("a display that nobody asked for is told")
  func display() {
    var vm = Self.vm()
    (vm.spec.vnc, vm.allocations.vncPort) = (nil, nil)
    var domain = ObservedDomain.sample(of: vm)
    #expect(Reconciliation.drift(vm: vm, observed: domain).isEmpty)
    domain.saved?.graphics = [ObservedGraphics(type: "vnc", port: -1)]
    #expect(Reconciliation.drift(vm: vm, observed: domain) == ["a VNC display was added"])
  }

  @Test("a port, or no display, is drift where a socket was asked for")
  func socket() {
    var vm = Self.vm()
    vm.spec.vnc = VNCSpec(isSocket: true)
    // It holds the port that it had before until its guest is seen without it.
    for port in [nil, 5901] {
      vm.allocations.vncPort = port
      var domain = ObservedDomain.sample(of: vm)
      #expect(Reconciliation.drift(vm: vm, observed: domain).isEmpty)
      let display = ObservedGraphics(type: "vnc", listen: "127.0.0.1", port: 5901)
      domain.live?.graphics = [display]
      domain.saved?.graphics = [display]
      #expect(
        Reconciliation.drift(vm: vm, observed: domain) == ["VNC display is at port 5901, on a socket was asked for"])
      domain.live?.graphics = []
      domain.saved?.graphics = []
      #expect(Reconciliation.drift(vm: vm, observed: domain) == ["VNC display is missing, on a socket was asked for"])
    }
    var other = Self.vm()
    other.spec.vnc = nil
    other.allocations.vncPort = nil
    var added = ObservedDomain.sample(of: other)
    added.saved?.graphics = [ObservedGraphics(type: "vnc", isSocket: true)]
    #expect(Reconciliation.drift(vm: other, observed: added) == ["a VNC display was added"])
  }

  @Test("a definition that is gone is told apart from drift")
  func missing() {
    var vm = Self.vm()
    #expect(Reconciliation.missing(vm: vm, observed: nil) == "is not defined on host \"h1\" any more")
    #expect(Reconciliation.missing(vm: vm, observed: .sample(of: vm)) == nil)
    vm.phase = .provisioning
    #expect(Reconciliation.missing(vm: vm, observed: nil) == nil)
  }
}

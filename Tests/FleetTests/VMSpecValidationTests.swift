import Fleet
import Testing

@Suite("VMSpec validation")
struct VMSpecValidationTests {
  /// One change to a spec that stands.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout VMSpec) -> Void

    init(_ name: String, _ apply: @escaping @Sendable (inout VMSpec) -> Void) {
      testDescription = name
      self.apply = apply
    }
  }

  private static func spec() -> VMSpec {
    VMSpec(
      name: "web-1", vcpus: 2, memory: .gibibytes(2),
      disks: [DiskSpec(target: "vda", source: .blank, size: .gibibytes(10))],
      nics: [NICSpec(source: .network("default")), NICSpec(source: .bridge("kvmbr0"), mac: MACAddress(number: 5))],
      labels: ["tier": "front"])
  }

  @Test(
    "a spec within the bounds stands",
    arguments: [
      Change("as it is") { _ in },
      Change("a title in some language") { $0.title = "Küche: 台所, кухня & «<mutfak>» 🍳" },
      Change("a title of 200 characters of four bytes") { $0.title = String(repeating: "🍳", count: 200) },
      Change("one vCPU") { $0.vcpus = 1 },
      Change("4096 vCPUs") { $0.vcpus = 4096 },
      Change("1MiB of memory") { $0.memory = .mebibytes(1) },
      Change("64TiB of memory") { $0.memory = .gibibytes(65536) },
      Change("the seed's foreign machine type") { $0.machine = "pc-i440fx-rhel7.0.0" },
      Change("no disk, no NIC, no display") { ($0.disks, $0.nics, $0.vnc) = ([], [], nil) },
      Change("64 disks") {
        $0.disks = (0..<64).map { DiskSpec(target: "d\($0)", source: .blank, size: .mebibytes(1)) }
      },
      Change("an overlay whose size is not known yet") {
        $0.disks = [DiskSpec(target: "vda", source: .overlay(ImageRef(name: "tiny")))]
      },
      Change("an empty drive") { $0.disks = [DiskSpec(device: .cdrom, bus: "ide", target: "hda", source: .none)] },
      Change("a file that is there already") {
        $0.disks = [DiskSpec(target: "vda", source: .existing, path: "/var/lib/libvirt/images/test.qcow2")]
      },
      Change("a display for everybody, with a keymap") { $0.vnc = VNCSpec(listen: "0.0.0.0", keymap: "en-us") },
      Change("a display on IPv6") { $0.vnc = VNCSpec(listen: "::1") },
      Change("a label of 255 bytes") { $0.labels = ["a": String(repeating: "x", count: 255)] },
      Change("no boot order") { $0.bootOrder = [] },
      Change("a document of 1MiB") { $0.document = String(repeating: " ", count: 1 << 20) },
    ])
  func stands(_ change: Change) throws {
    var spec = Self.spec()
    change.apply(&spec)
    #expect(try spec.validated() == spec)
  }

  @Test(
    "a spec out of bounds is refused with the field's name",
    arguments: [
      (Change("an empty name") { $0.name = "" }, "VM name"),
      (Change("a path as a name") { $0.name = "../x" }, "VM name"),
      (Change("an empty title") { $0.title = "" }, "title"),
      (Change("a title of blanks") { $0.title = " \u{3000} " }, "title"),
      (Change("a title of two lines") { $0.title = "web\nfront" }, "title"),
      (Change("a title with a separator of lines") { $0.title = "web\u{2028}front" }, "title"),
      (Change("a title with a control character") { $0.title = "\u{1B}[0m" }, "title"),
      (Change("a title that turns the line around") { $0.title = "a\u{202E}b" }, "title"),
      (Change("a title of 201 characters") { $0.title = String(repeating: "x", count: 201) }, "200 characters"),
      (
        Change("a title of one character with 2000 accents") {
          $0.title = "e" + String(repeating: "\u{301}", count: 2000)
        }, "200 characters"
      ),
      (Change("no vCPU") { $0.vcpus = 0 }, "vcpus"),
      (Change("a negative number of vCPUs") { $0.vcpus = -1 }, "vcpus"),
      (Change("too many vCPUs") { $0.vcpus = 4097 }, "vcpus"),
      (Change("2⁶³−1 vCPUs") { $0.vcpus = .max }, "vcpus"),
      (Change("no memory") { $0.memory = .zero }, "memory"),
      (Change("too little memory") { $0.memory = ByteCount(bytes: 1 << 20 - 1) }, "memory"),
      (Change("too much memory") { $0.memory = ByteCount(bytes: .max) }, "memory"),
      (Change("no architecture") { $0.architecture = "" }, "architecture"),
      (Change("a wild machine type") { $0.machine = "pc;rm" }, "machine type"),
      (Change("an empty machine type") { $0.machine = "" }, "machine type"),
      (
        Change("65 disks") {
          $0.disks = (0..<65).map { DiskSpec(target: "d\($0)", source: .blank, size: .mebibytes(1)) }
        }, "disks"
      ),
      (Change("two disks with one target") { $0.disks += $0.disks }, "target"),
      (Change("a blank disk without a size") { $0.disks = [DiskSpec(target: "vda", source: .blank)] }, "size"),
      (Change("a disk beyond 1PiB") { $0.disks[0].size = ByteCount(bytes: .max) }, "1PiB"),
      (Change("a wild bus") { $0.disks[0].bus = "<ide>" }, "disk bus"),
      (
        Change("an existing file without a path") {
          $0.disks = [DiskSpec(target: "vda", source: .existing)]
        }, "names no file"
      ),
      (Change("a relative path") { $0.disks[0].path = "x.qcow2" }, "path"),
      (Change("a path that climbs") { $0.disks[0].path = "/var/../etc/shadow" }, "path"),
      (Change("a path that ends at a climb") { $0.disks[0].path = "/var/.." }, "path"),
      (Change("a folder") { $0.disks[0].path = "/var/lib/" }, "path"),
      (Change("the root") { $0.disks[0].path = "/" }, "path"),
      (Change("an empty path") { $0.disks[0].path = "" }, "path"),
      (Change("a path with a line break") { $0.disks[0].path = "/a\nb" }, "path"),
      (Change("a path with a null") { $0.disks[0].path = "/a\u{0}b" }, "path"),
      (Change("a long path") { $0.disks[0].path = "/" + String(repeating: "x", count: 200) }, "path"),
      (Change("65 NICs") { $0.nics = Array(repeating: $0.nics[0], count: 65) }, "NICs"),
      (Change("one address on two NICs") { $0.nics += [$0.nics[1]] }, "two NICs"),
      (Change("a multicast address") { $0.nics[1].mac = MACAddress(number: 1 << 40) }, "no interface"),
      (Change("the zero address") { $0.nics[1].mac = MACAddress(number: 0) }, "no interface"),
      (Change("an empty network") { $0.nics[0].source = .network("") }, "network"),
      (
        Change("a bridge longer than the kernel takes") {
          $0.nics[1].source = .bridge("sixteen-letters-")
        }, "bridge"
      ),
      (Change("a wild model") { $0.nics[0].model = "e1000'" }, "NIC model"),
      (
        Change("65 labels") {
          $0.labels = Dictionary(uniqueKeysWithValues: (0..<65).map { ("l\($0)", "") })
        }, "labels"
      ),
      (Change("a label of 256 bytes") { $0.labels = ["a": String(repeating: "x", count: 256)] }, "label"),
      (Change("a label with a control character") { $0.labels = ["a": "\u{1B}[0m"] }, "label"),
      (Change("a wild label") { $0.labels = ["a b": ""] }, "label"),
      (Change("a display on a word") { $0.vnc = VNCSpec(listen: "face") }, "VNC"),
      (Change("a display on nothing") { $0.vnc = VNCSpec(listen: "") }, "VNC"),
      (Change("a wild keymap") { $0.vnc = VNCSpec(keymap: "../en") }, "keymap"),
      (Change("nine boot devices") { $0.bootOrder = Array(repeating: .disk, count: 9) }, "boot order"),
      (Change("a document beyond 1MiB") { $0.document = String(repeating: " ", count: 1 << 20 + 1) }, "1MiB"),
    ])
  func refused(_ change: Change, _ word: String) {
    var spec = Self.spec()
    change.apply(&spec)
    let error = #expect(throws: FleetError.self) { try spec.validated() }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
  }

  @Test("only the disks that Roost makes are reserved, and sums are held to the range")
  func reservation() {
    var spec = Self.spec()
    spec.disks += [
      DiskSpec(target: "vdb", source: .overlay(ImageRef(name: "tiny")), size: .gibibytes(5)),
      DiskSpec(target: "vdc", source: .copy(ImageRef(name: "tiny")), size: .gibibytes(6)),
      DiskSpec(target: "vdd", source: .existing, path: "/x", size: .gibibytes(100)),
      DiskSpec(device: .cdrom, target: "sda", source: .medium(ImageRef(name: "iso")), size: .gibibytes(4)),
      DiskSpec(device: .cdrom, target: "sdb", source: .none),
    ]
    #expect(spec.reservation == Reservation(vcpus: 2, memory: .gibibytes(2), disk: .gibibytes(21)))
    spec.disks[0].size = ByteCount(bytes: .max)
    #expect(spec.reservedDisk == ByteCount(bytes: .max))
  }
}

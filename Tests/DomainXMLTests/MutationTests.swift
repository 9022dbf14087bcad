import DomainXML
import Testing

/// Documents are damaged under a seed and read. Whatever comes out, nothing may crash; and what is read must be
/// written so that it is read the same again.
@Suite("Damaged documents")
struct MutationTests {
  /// A small generator of numbers that repeats under a seed (SplitMix64).
  struct Numbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static let snippets = [
    "<", ">", "/>", "</", "&", "&amp;", "&#x0;", "'", "\"", "=", "<!--", "-->", "<![CDATA[", "]]>", "<?x ", "?>",
    "<!DOCTYPE a>", "-1", "9223372036854775808", "0x", " ", "\n", "\t", "//", "<disk/>", "<mac address='x'/>",
    "<metadata/>", "<a xmlns:b='c'/>", "\u{0}", "\u{1F600}", "<domain>", "</domain>", "<interface type='bridge'/>",
  ]

  private func mutate(_ bytes: [UInt8], with numbers: inout Numbers) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &numbers) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &numbers)
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &numbers))
      switch Int.random(in: 0..<9, using: &numbers) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &numbers))
      case 3: bytes.insert(contentsOf: (MutationTests.snippets.randomElement(using: &numbers) ?? "").utf8, at: place)
      case 4: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &numbers))
      default:
        // Words and numbers change, tags stay.
        let marks = Array("<>/='\"&;! \n\t".utf8)
        guard !marks.contains(bytes[place]) else { continue }
        bytes[place] = Array("09azAZ-:._".utf8).randomElement(using: &numbers) ?? 0x30
      }
    }
    return bytes
  }

  /// Reads everything there is to read.
  private func readAll(_ domain: DomainDocument) -> [Int] {
    _ = try? domain.name
    _ = try? domain.uuid
    _ = try? domain.smbiosUUID
    _ = try? domain.memoryBytes
    _ = try? domain.currentMemoryBytes
    _ = try? domain.currentVCPUs
    _ = try? domain.checkedMACs()
    _ = try? domain.mark
    return [
      domain.system.bootOrder.count, domain.disks.count, domain.diskPaths.count, domain.interfaces.count,
      domain.allMACs.count, domain.graphicsPorts.count, domain.serials.count, domain.hostDevices.count,
      domain.droppedTexts.count, domain.cpu?.topology?.total ?? 0,
    ]
  }

  /// Makes every edit there is; those that are refused change nothing.
  private func editAll(_ domain: inout DomainDocument) {
    try? domain.setName("edited")
    try? domain.setUUID("11111111-2222-3333-4444-555555555555")
    try? domain.setType(.kvm)
    try? domain.setEmulator("/bin/e")
    try? domain.setMachine("q35")
    try? domain.setMemory(bytes: 1 << 20)
    try? domain.setVCPUs(3)
    try? domain.setBootOrder([.cdrom, .disk])
    try? domain.setDiskSource(at: 0, path: "/x", format: "raw")
    _ = try? domain.addDisk(NewDisk(path: "/y", format: "qcow2"))
    _ = try? domain.insertMedia(path: "/z.iso")
    _ = try? domain.addInterface(NewInterface(.user))
    try? domain.setVNCPort(5900)
    try? domain.setVNCListen("127.0.0.1")
    _ = try? domain.addSerial()
    try? domain.removeSecurityLabels()
    try? domain.setMark(DomainMark(vmID: "v", fleetID: "f", revision: 0))
  }

  @Test(
    "are refused or read, edited and written stably, and never crash",
    arguments: [
      "annotated", "live-guest", "rich",
    ])
  func survive(name: String) throws {
    let original = Array(try Fixture.text(name).utf8)
    var numbers = Numbers(seed: 0x526F_6F73_7421)
    var accepted = 0
    for _ in 0..<1500 {
      let bytes = mutate(original, with: &numbers)
      guard var domain = try? DomainDocument(parsing: bytes) else { continue }
      accepted += 1
      let once = domain.text
      let again = try DomainDocument(parsing: once)
      #expect(again.text == once)
      #expect(readAll(again).dropLast(2) == readAll(domain).dropLast(2))
      editAll(&domain)
      let edited = domain.text
      let reread = try DomainDocument(parsing: edited)
      #expect(reread.text == edited)
      #expect(try reread.memoryBytes == 1 << 20)
      #expect(try reread.mark?.vmID == "v")
    }
    #expect(accepted > 300)
  }

  @Test(
    "of other kinds are refused or read",
    arguments: [
      "capabilities", "domain-capabilities", "network", "pool", "snapshot",
    ])
  func others(name: String) throws {
    let original = Array(try Fixture.text(name).utf8)
    var numbers = Numbers(seed: 77)
    var accepted = 0
    for _ in 0..<400 {
      let text = String(decoding: mutate(original, with: &numbers), as: UTF8.self)
      switch name {
      case "capabilities": if (try? HostCapabilitiesDocument(parsing: text)) != nil { accepted += 1 }
      case "domain-capabilities": if (try? DomainCapabilitiesDocument(parsing: text)) != nil { accepted += 1 }
      case "network": if (try? NetworkDocument(parsing: text)) != nil { accepted += 1 }
      case "pool": if (try? StoragePoolDocument(parsing: text)) != nil { accepted += 1 }
      default: if let snapshot = try? SnapshotDocument(parsing: text), !snapshot.allMACs.isEmpty { accepted += 1 }
      }
    }
    #expect(accepted > 10)
  }
}

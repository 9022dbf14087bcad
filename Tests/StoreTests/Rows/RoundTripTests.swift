import Fleet
import FleetTestKit
import Store
import Testing

@Suite("the round trip of a value through the database")
struct RoundTripTests {
  static let texts = [
    "", "plain", "<domain type='kvm'>\r\n\t<name>x</name>\n</domain>", "quotes ' \" \\ / and `", "né\u{301}e", "鳥🪺",
    "\u{FEFF}mark", "a\u{0}b", "\u{1}\u{7F}\u{85}\u{2028}", "{\"json\": [null, 1e999]}", "'; DROP TABLE vms; --",
  ]

  private func spec(_ random: SeededRandomSource, _ number: Int) -> VMSpec {
    func maybe<Value>(_ value: Value) -> Value? { random.once(in: 2) ? value : nil }
    let image = ImageRef(id: maybe(.sample(501)), name: random.element(of: Self.texts))
    let sources: [DiskSource] = [.blank, .overlay(image), .copy(image), .medium(image), .existing, .none]
    var spec = VMSpec(
      name: "vm-\(number)", vcpus: random.int(in: 1...4096),
      memory: ByteCount(bytes: Int64(random.int(in: 1...(1 << 46))))
    )
    spec.architecture = random.element(of: Self.texts)
    spec.machine = maybe(random.element(of: Self.texts))
    spec.acceleration = random.element(of: AccelerationPreference.allCases)
    spec.disks = (0..<random.int(in: 0...4)).map { index in
      DiskSpec(
        device: random.element(of: DiskSpec.Device.allCases), bus: random.element(of: ["virtio", "ide"]),
        target: "vd\(index)", format: random.element(of: ImageFormat.allCases), source: random.element(of: sources),
        path: maybe(random.element(of: Self.texts)), size: ByteCount(bytes: Int64(random.int(in: 0...(1 << 50)))))
    }
    spec.nics = (0..<random.int(in: 0...3)).map { _ in
      let name = random.element(of: Self.texts)
      return NICSpec(
        source: random.once(in: 2) ? .network(name) : .bridge(name), model: maybe("e1000"),
        mac: maybe(random.next() >> 16).flatMap { MACAddress(number: $0) })
    }
    spec.vnc = maybe(VNCSpec(listen: random.element(of: Self.texts), keymap: maybe("de"), isSocket: random.once(in: 3)))
    spec.serialConsole = random.once(in: 2)
    spec.bootOrder = random.shuffled(BootDevice.allCases)
    spec.labels = Dictionary(Self.texts.map { ($0, random.element(of: Self.texts)) }) { first, _ in first }
    spec.document = maybe(random.element(of: Self.texts))
    spec.title = maybe(random.element(of: Self.texts))
    spec.startVCPUs = maybe(random.int(in: 1...4096))
    spec.startMemory = maybe(ByteCount(bytes: Int64(random.int(in: 1...(1 << 46)))))
    return spec
  }

  private func decision(_ random: SeededRandomSource) -> PlacementDecision {
    let scores = [
      0, -0.0, 0.1, 1 / 3, .pi * 1e300, .leastNonzeroMagnitude, -.infinity, .infinity, Double(random.next()),
    ]
    let ranked = PlacementDecision.Ranked(
      host: "h1", score: random.element(of: scores), terms: ["memory": random.element(of: scores), "": 1])
    return PlacementDecision(
      ranking: random.once(in: 3) ? [] : [ranked],
      refused: [Refusal(host: "h2", rule: "disk", detail: random.element(of: Self.texts))])
  }

  @Test("every VM comes back exactly as it was", arguments: 1...20)
  func vms(seed: Int) async throws {
    let random = SeededRandomSource(seed: UInt64(seed))
    let huge = HostCapacity(vcpus: 1 << 20, memory: ByteCount(bytes: .max), disk: ByteCount(bytes: .max))
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: huge)])
    let phases: [VMState?] = [nil, .pending, .provisioning, .deleting, .failed("it has \"no\" disk"), .failed("")]
    let vms = (1...10).map { number in
      ManagedVM(
        id: .sample(UInt64(number)), spec: spec(random, number), hostID: .sample(101), host: "h1",
        power: random.element(of: PowerTarget.allCases), revision: Int64(random.int(in: 0...(1 << 62) - 1)),
        allocations: Allocations(
          macs: (0..<random.int(in: 0...4)).compactMap { MACAddress(number: UInt64(number * 10 - $0)) },
          vncPort: random.once(in: 2) ? 5900 + number : nil),
        phase: random.element(of: phases), createdAt: Timestamp(milliseconds: Int64(random.int(in: Int.min...Int.max))))
    }
    let decisions = vms.map { _ in random.once(in: 3) ? nil : decision(random) }
    try await fleet.store.commit { transaction throws in
      try transaction.insertImage(.sample())
      for (vm, decision) in zip(vms, decisions) { try transaction.create(vm, placedBy: decision) }
    }
    for (vm, decision) in zip(vms, decisions) {
      var changed = vm
      changed.power = vm.power == .running ? .stopped : .running
      let update = changed
      try await fleet.store.commit { transaction in
        try transaction.updateVM(update)
        try transaction.updateVM(vm)
      }
      // A change to the VM leaves the decision that placed it.
      #expect(try await fleet.store.read { try $0.decision(of: vm.id) } == decision, "seed \(seed)")
    }
    let kept = try await fleet.store.read { try $0.vms() }
    #expect(kept == vms.sorted { $0.spec.name < $1.spec.name }, "seed \(seed)")
    // Equality of strings is canonical; a document must be the same to the byte.
    for vm in vms {
      let document = kept.first { $0.id == vm.id }?.spec.document
      #expect(document.map { Array($0.utf8) } == vm.spec.document.map { Array($0.utf8) })
    }
    #expect(try await fleet.store.read { try $0.vms(on: .sample(101)).count } == 10)
    let one = try await fleet.store.read { (try $0.vm(.sample(3)), try $0.vm(named: "vm-3"), try $0.vm(named: "no")) }
    #expect(one.0 == vms[2])
    #expect(one.1 == vms[2])
    #expect(one.2 == nil)
  }

  @Test("every operation comes back exactly as it was")
  func operations() async throws {
    let fleet = try await TemporaryFleet()
    var operations: [FleetOperation] = []
    for (index, kind) in OperationKind.allCases.enumerated() {
      let state = OperationState.allCases[index % 4]
      operations.append(
        FleetOperation(
          id: .sample(UInt64(index)), kind: kind, vmID: index % 2 == 0 ? .sample(UInt64(index / 2)) : nil,
          subject: "vm-\(index)", hostID: index % 3 == 0 ? nil : .sample(101), host: "h1", state: state,
          steps: Self.texts.map {
            OperationStep(
              name: $0, state: state, detail: $0, fraction: index % 2 == 0 ? nil : 1 / 3, busyPorts: index % 3)
          },
          failure: state == .failed
            ? FleetError(
              FleetError.Code(rawValue: "of tomorrow"), Self.texts[7], hint: Self.texts[2], operation: .sample(5),
              retryable: true, refusals: [Refusal(host: "h1", rule: "cpu", detail: Self.texts[8])]) : nil,
          force: index % 2 == 0, timeoutSeconds: index * 1000, createdAt: Timestamp(milliseconds: Int64(index)),
          endedAt: state.isEnded ? Timestamp(milliseconds: .max) : nil))
    }
    let all = operations
    try await fleet.store.commit { for operation in all { try $0.insertOperation(operation) } }
    try await fleet.store.read { reader throws in
      #expect(try reader.operations(unfinished: false, limit: 1000) == all)
      #expect(try reader.operations(unfinished: false, limit: 3) == Array(all.suffix(3)))
      #expect(try reader.operations(unfinished: true, limit: 1000) == all.filter { !$0.state.isEnded })
      #expect(try reader.operations(unfinished: true, limit: -1) == [])
      #expect(try reader.operations(unfinished: false, of: "vm-4", limit: 9) == [all[4]])
      #expect(try reader.operations(unfinished: false, of: VMID.sample(2).description, limit: 9) == [all[4]])
      #expect(try reader.operations(unfinished: false, of: "vm-1", limit: 9) == [])
      #expect(try reader.operations(beginning: all[3].id.description, limit: 9) == [all[3]])
      #expect(try reader.operations(beginning: String(all[0].id.description.dropLast()), limit: 9).count > 1)
      #expect(try reader.operations(beginning: "ffff", limit: 9) == [])
      #expect(try reader.operation(.sample(3)) == all[3])
      #expect(try reader.operation(.sample(99)) == nil)
      #expect(try reader.operations(vm: .sample(2)) == all.filter { $0.vmID == .sample(2) })
    }
  }

  @Test("hosts, images, tombstones and reports come back exactly as they were")
  func others() async throws {
    var odd = Host.sample("h2", id: .sample(102), capacity: nil, cordoned: true)
    odd.labels = ["rack": "a\"b", "": "\u{0}"]
    let host = odd
    let fleet = try await TemporaryFleet(hosts: [.sample(), host])
    let bytes = [UInt8](0...255)
    let tombstone = Tombstone.sample(of: .sample(), keepDisks: true)
    try await fleet.store.commit { transaction throws in
      for (index, format) in ImageFormat.allCases.enumerated() {
        try transaction.insertImage(.sample(format.rawValue, id: .sample(UInt64(index)), format: format))
      }
      try transaction.insertTombstone(tombstone)
      try transaction.saveReport(of: host.id, at: .sample, bytes: [])
      try transaction.saveReport(of: host.id, at: .sample.adding(seconds: 1), bytes: bytes)
    }
    try await fleet.store.read { reader throws in
      #expect(try reader.hosts() == [.sample(), host])
      #expect(try reader.host(host.id) == host)
      #expect(try reader.host(named: "h2") == host)
      #expect(try reader.host(.sample(9)) == nil)
      #expect(try reader.images().map(\.format) == [.iso, .qcow2, .raw])
      #expect(try reader.image(named: "raw")?.sha256 == Image.sample().sha256)
      #expect(try reader.tombstones() == [tombstone])
      #expect(try reader.tombstone(vm: tombstone.vmID) == tombstone)
      #expect(
        try reader.reports() == [StoredReport(hostID: host.id, at: .sample.adding(seconds: 1), bytes: bytes)])
    }
  }

  @Test("a text that SQLite would cut short is refused, or mended where it is a sentence")
  func nul() async throws {
    let fleet = try await TemporaryFleet()
    var cut = Host.sample("h2", id: .sample(102))
    cut.machineID = "a\u{0}b"
    let host = cut
    #expect(await refusal { try await fleet.store.commit { try $0.insertHost(host) } }?.code == .invalid)
    let event = try await fleet.store.commit {
      try $0.appendEvent(at: .sample, kind: .vmPlaced, subject: "a\u{0}b", message: "c\u{0}d")
    }
    #expect(event.message == "c\u{FFFD}d")
    #expect(try await fleet.store.read { try $0.events(since: 0, limit: 9) } == [event])
  }
}

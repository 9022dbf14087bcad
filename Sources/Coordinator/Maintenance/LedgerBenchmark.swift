package import Fleet
import Scheduling
import Store

/// Measures the ledger and the search for addresses on a generated fleet: figures for `deploy/bench`.
package struct LedgerBenchmark: Sendable {
  /// One measurement, for a table.
  package struct Figure: Sendable {
    /// The name of the measurement.
    package let what: String
    /// The number of runs.
    package let runs: Int
    /// The median, in microseconds.
    package let medianMicroseconds: Double
    /// The 99th percentile, in microseconds.
    package let p99Microseconds: Double
  }

  /// The number of runs of each measurement.
  static let runs = 2000
  /// The number of changes that are asked for at once.
  static let crowd = 100
  /// The number of VMs on each host of the generated fleet.
  static let vmsPerHost = 50
  /// The pause after the ledger is filled, so that the disk is idle during the measurements.
  static let rest = Duration.seconds(5)

  let directory: String
  let ticks: any Clock<Duration>
  let wall: any WallClock
  let random: any RandomSource

  /// Prepares a measurement in an empty directory.
  package init(directory: String, ticks: any Clock<Duration>, wall: any WallClock, random: any RandomSource) {
    self.directory = directory
    self.ticks = ticks
    self.wall = wall
    self.random = random
  }

  /// Measures allocations (a MAC and a port allocated and released in one transaction) at several sizes of the ledger,
  /// smallest first.
  /// - Returns: the reported figures.
  @discardableResult
  package func allocations(rows: [Int], report: (Figure) -> Void) async throws -> [Figure] {
    let path = directory + "/ledger.db"
    var store = try FleetStore.create(
      at: path,
      identity: FleetRecord(
        id: FleetID(from: random), name: "bench", createdAt: wall.now(), incarnation: Incarnation(from: random),
        epoch: 1, linkAddress: "127.0.0.1:7440", enrolmentAddress: "127.0.0.1:7441", macPrefix: "02:be:ac",
        vncFirst: 5900, vncLast: 65535, quarantineSeconds: 7 * 86400))
    defer { try? store.close() }
    let host = Host(
      id: HostID(from: random), name: "h1", machineID: "bench", cordoned: false, joinedAt: wall.now(),
      certificateExpiresAt: wall.now(),
      capacity: HostCapacity(vcpus: 1 << 20, memory: .gibibytes(1 << 30), disk: .gibibytes(1 << 30)))
    try await store.commit { try $0.insertHost(host) }
    var filled = 0
    var figures: [Figure] = []
    for count in rows.sorted() {
      try await fill(store, from: filled, to: count)
      filled = count
      // Checkpoints the log now, so that no measured allocation does.
      try store.close()
      store = try FleetStore.open(at: path)
      try await ticks.sleep(for: Self.rest)
      let filledStore = store
      let what = "allocation in its transaction, \(count) ledger rows"
      let figure = try await timed(what) { _ in try await allocate(in: filledStore, on: host) }
      report(figure)
      figures.append(figure)
      let crowd = try await timed(
        "\(count) ledger rows, one allocation of \(Self.crowd) at once", each: Self.crowd
      ) { _ in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<Self.crowd { group.addTask { try await allocate(in: filledStore, on: host) } }
          try await group.waitForAll()
        }
      }
      report(crowd)
      figures.append(crowd)
    }
    return figures
  }

  /// Measures searches by MAC, by a part of one, by IP and by port.
  package func searches(vms: Int, report: (Figure) -> Void) async throws {
    let inventory = Inventory()
    try await fill(inventory, vms: vms)
    let kinds: [(String, (Int) throws -> AddressQuery)] = [
      ("MAC", { number in try AddressQuery(mac: Self.mac(number).description, ip: "", port: 0) }),
      ("IP", { number in try AddressQuery(mac: "", ip: Self.ip(number), port: 0) }),
      ("port", { number in try AddressQuery(mac: "", ip: "", port: UInt32(5900 + number % 59_000)) }),
      (
        "a part of a MAC",
        { number in try AddressQuery(mac: String(Self.mac(number).description.suffix(8)), ip: "", port: 0) }
      ),
    ]
    for (kind, query) in kinds {
      let figure = try await timed("search by \(kind) among \(vms) VMs") { run in
        let asked = try query((run &* 7919) % vms)
        guard await !inventory.find(asked).isEmpty else { throw FleetError(.internal, "a VM is not found") }
      }
      report(figure)
    }
  }

  /// Measures what does `each` things at a time; the figure is for one of them.
  private func timed(
    _ what: String, each: Int = 1, _ body: (Int) async throws -> Void
  ) async throws -> Figure {
    var times: [Double] = []
    for run in 0..<Self.runs / each {
      let time = try await ticks.measure { try await body(run) }
      times.append(
        (Double(time.components.seconds) * 1e6 + Double(time.components.attoseconds) / 1e12) / Double(each))
    }
    times.sort()
    return Figure(
      what: what, runs: times.count, medianMicroseconds: times[times.count / 2],
      p99Microseconds: times[times.count * 99 / 100])
  }

  /// Every third row is retired, as in a ledger in use.
  private func fill(_ store: FleetStore, from first: Int, to last: Int) async throws {
    let now = wall.now()
    for start in stride(from: first, to: last, by: 20_000) {
      try await store.commit { transaction in
        for number in start..<min(start + 20_000, last) {
          let mac = try Self.mac(number)
          try transaction.reserveMAC(mac, for: "bench", at: now)
          if number % 3 == 0 { try transaction.retireMAC(mac, at: now) }
        }
      }
    }
  }

  private func allocate(in store: FleetStore, on host: Host) async throws {
    let id = VMID(from: random)
    let now = wall.now()
    let spec = VMSpec(name: "vm-\(id)", vcpus: 1, memory: .mebibytes(1), nics: [NICSpec(source: .network("default"))])
    let allocator = MACAllocator(nics: spec.nics, labels: [:]) { _ in [] }
    try await store.commit { transaction in
      let grants = try allocator.allocate(in: transaction, now: now)
      let port = try PortAllocator.next(observed: [], in: transaction)
      let vm = ManagedVM(
        id: id, spec: spec, hostID: host.id, host: host.name, power: .stopped, revision: 1,
        allocations: Allocations(macs: grants.map(\.mac), vncPort: port), phase: nil, createdAt: now)
      try transaction.insertVM(vm)
      for grant in grants { try transaction.allocateMAC(grant.mac, to: vm, source: grant.source, at: now) }
      try transaction.allocatePort(port, to: vm, at: now)
      // Released again, so that each run has a fleet of the same size.
      try transaction.releaseMACs(of: id, at: now, quarantineUntil: now)
      try transaction.releasePorts(of: id, at: now)
      try transaction.removeVM(id)
    }
  }

  private func fill(_ inventory: Inventory, vms: Int) async throws {
    let now = wall.now()
    let hosts = (0...(vms - 1) / Self.vmsPerHost).map { number in
      Host(
        id: HostID(from: random), name: "h\(number)", machineID: "\(number)", cordoned: false, joinedAt: now,
        certificateExpiresAt: now, capacity: nil)
    }
    await inventory.load(hosts: hosts, vms: [], reports: [:])
    for (index, host) in hosts.enumerated() {
      let domains = try (index * Self.vmsPerHost..<min(vms, (index + 1) * Self.vmsPerHost)).map { number in
        let mac = try Self.mac(number)
        let nic = ObservedNIC(mac: mac, network: "default")
        let display = ObservedGraphics(type: "vnc", port: 5900 + number % 59_000)
        return ObservedDomain(
          id: VMID(from: random), name: "vm-\(number)", state: .running,
          live: DomainConfiguration(vcpus: 1, memory: .gibibytes(1), nics: [nic], graphics: [display]),
          leases: [AddressLease(mac: mac, ip: Self.ip(number), source: "lease")], seenAt: now)
      }
      await inventory.update(host.id) { entry in
        entry.domains = Dictionary(domains.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
      }
    }
  }

  private static func mac(_ number: Int) throws(FleetError) -> MACAddress {
    guard let mac = MACAddress(number: 0x06BE_0000_0000 + UInt64(number)) else {
      throw FleetError(.invalid, "\(number) is too many")
    }
    return mac
  }

  private static func ip(_ number: Int) -> String { "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)" }
}

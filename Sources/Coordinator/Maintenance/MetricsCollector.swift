package import Fleet
internal import Store
internal import Synchronization

/// Collects the fleet's metrics.
struct MetricsCollector: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let clock: any WallClock

  /// The fleet's numbers, without its addresses and its usage.
  struct Overview: Sendable {
    var hosts = 0
    var hostsReady = 0
    var vms: [FleetMetrics.Kind: Int] = [:]
    var conflicts = 0
    var operationsRunning = 0
    var lastEvent: Int64 = 0
    var portUse: VNCPortUse
  }

  /// The present numbers.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  /// - Complexity: linear in the hosts and in what is contested.
  func overview() async throws -> Overview {
    let (view, vms) = await inventory.counted()
    let (page, running, last, range, reserved) = try await store.read { reader in
      (
        try LedgerSlice.contested(in: view, reader), try reader.openOperationCount(),
        try reader.lastEventNumber(), try reader.fleet().vncPorts, try reader.reservedPorts()
      )
    }
    return Overview(
      hosts: view.hosts.count, hostsReady: view.hosts.values.count { $0.state == .ready }, vms: vms.kinds,
      conflicts: view.conflicts(page).count, operationsRunning: running, lastEvent: last,
      portUse: view.portUse(of: range, reserved: reserved))
  }

  /// Reads a number of the store, to see that it answers.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  func check() async throws { _ = try await store.read { try $0.lastEventNumber() } }

  /// The present metrics.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  /// - Complexity: linear in the hosts, in what is contested, and in the numbers of addresses outside of managed VMs.
  func figures() async throws -> FleetMetrics {
    let (view, vms) = await inventory.counted()
    let (page, census, ports, running, last, (range, reserved)) = try await store.read { reader in
      (
        try LedgerSlice.contested(in: view, reader), try MACCensus(reader), try reader.heldPortCount(),
        try reader.openOperationCount(), try reader.lastEventNumber(),
        (try reader.fleet().vncPorts, try reader.reservedPorts())
      )
    }
    let now = clock.now()
    let conflicts = view.conflicts(page)
    let measured = view.measuredVMCount(at: now)
    let isServed = measured * 2 <= FleetMetrics.vmSampleLimit
    return FleetMetrics(
      fleet: context.fleetName, version: RoostVersion.current, epoch: context.epoch, at: now,
      hosts: view.sortedHosts.map { $0.metrics(vms.hosts[$0.host.id] ?? .init()) }, vms: vms.kinds,
      macs: view.macCounts(census, conflicts: conflicts, now: now), ports: ports > 0 ? [.allocated: ports] : [:],
      conflicts: conflicts.count, operationsRunning: running, lastEvent: last,
      usage: isServed ? view.usage.vms.filter { FleetMetrics.isFresh($0.measuredAt, at: now) } : [],
      vmsLeftOut: isServed ? 0 : measured, portUse: view.portUse(of: range, reserved: reserved))
  }
}

extension FleetView {
  /// How many VMs were measured lately.
  fileprivate func measuredVMCount(at now: Timestamp) -> Int {
    hosts.values.reduce(into: 0) { count, entry in
      guard let measurement = entry.measurement, FleetMetrics.isFresh(measurement.at, at: now) else { return }
      // BOUNDED: counts what is in memory.
      count += measurement.samples.values.count { FleetMetrics.isFresh($0.at, at: now) }
    }
  }
}

extension HostEntry {
  /// Its numbers for monitoring.
  fileprivate func metrics(_ vms: VMCounts.OfHost) -> FleetMetrics.Host {
    var metrics = FleetMetrics.Host(name: host.name, state: state)
    metrics.seenAt = dataSeenAt
    metrics.capacity = facts?.capacity ?? host.capacity
    metrics.reserved = vms.reserved
    metrics.vms = vms.all
    for check in facts?.checks ?? [] {
      switch check.result {
      case .pass: metrics.checksPassed += 1
      case .warn: metrics.checksWarned += 1
      case .fail: metrics.checksFailed += 1
      }
    }
    metrics.measuredAt = measurement?.at
    metrics.load = measurement?.load
    metrics.memoryFree = measurement?.memoryFree
    metrics.cpus = facts?.cpu.logical ?? 0
    return metrics
  }
}

/// Hands the current fleet metrics to the metrics server; throws while the coordinator is not serving.
package final class MetricsProvider: Sendable {
  private let source = Mutex<MetricsCollector?>(nil)

  /// Makes a provider without metrics.
  package init() {}

  /// The present metrics.
  /// - Throws: ``FleetError`` with code `unreachable` while the coordinator is not serving.
  package func figures() async throws -> FleetMetrics {
    guard let source = source.withLock({ $0 }) else { throw Self.absent }
    return try await source.figures()
  }

  /// Finds out whether the coordinator serves and its store answers.
  /// - Throws: ``FleetError`` with code `unreachable` while it is not serving.
  package func check() async throws {
    guard let source = source.withLock({ $0 }) else { throw Self.absent }
    try await source.check()
  }

  private static let absent = FleetError(.unreachable, "the coordinator is not serving", retryable: true)

  func show(_ next: MetricsCollector?) { source.withLock { $0 = next } }
}

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
        try LedgerSlice.contested(in: view, reader), try reader.operations(unfinished: true, limit: 1000).count,
        try reader.lastEventNumber(), try reader.fleet().vncPorts, try reader.reservedPorts()
      )
    }
    return Overview(
      hosts: view.hosts.count, hostsReady: view.hosts.values.count { $0.state == .ready }, vms: vms,
      conflicts: view.conflicts(page).count, operationsRunning: running, lastEvent: last,
      portUse: view.portUse(of: range, reserved: reserved))
  }

  /// Reads a number of the store, to see that it answers.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  func check() async throws { _ = try await store.read { try $0.lastEventNumber() } }

  /// The present metrics.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  func figures() async throws -> FleetMetrics {
    let (view, vms) = await inventory.counted()
    let (page, ports, running, last, range) = try await store.read { reader in
      (
        try LedgerSlice.all(reader), try reader.portEntries(),
        try reader.operations(unfinished: true, limit: 1000).count, try reader.lastEventNumber(),
        try reader.fleet().vncPorts
      )
    }
    let now = clock.now()
    let entries = view.macEntries(page, now: now)
    let reserved = Set(ports.filter { $0.state == .reserved }.map(\.port))
    return FleetMetrics(
      fleet: context.fleetName, version: RoostVersion.current, epoch: context.epoch, at: now,
      hosts: view.hostSummaries, vms: vms, macs: Self.count(entries, by: \.state),
      ports: Self.count(ports, by: \.state), conflicts: entries.count { $0.state == .conflict },
      operationsRunning: running, lastEvent: last, usage: view.usage,
      portUse: view.portUse(of: range, reserved: reserved))
  }

  private static func count<Element, Key: Hashable>(
    _ elements: [Element], by key: (Element) -> Key
  ) -> [Key: Int] {
    Dictionary(elements.map { (key($0), 1) }, uniquingKeysWith: +)
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

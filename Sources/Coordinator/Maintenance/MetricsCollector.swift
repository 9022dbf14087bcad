package import Fleet
internal import Store
internal import Synchronization

/// Collects the fleet's metrics.
struct MetricsCollector: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let clock: any WallClock

  /// The present metrics.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  func figures() async throws -> FleetMetrics {
    let view = await inventory.view
    let (page, ports, running, last) = try await store.read { reader in
      (
        try LedgerSlice.all(reader), try reader.portEntries(),
        try reader.operations(unfinished: true, limit: 1000).count, try reader.lastEventNumber()
      )
    }
    let now = clock.now()
    let entries = view.macEntries(page, now: now)
    return FleetMetrics(
      fleet: context.fleetName, version: RoostVersion.current, epoch: context.epoch, at: now,
      hosts: view.hostSummaries,
      vms: Self.count(view.vmSummaries()) { FleetMetrics.Kind(state: $0.state.name, isManaged: $0.managed) },
      macs: Self.count(entries, by: \.state), ports: Self.count(ports, by: \.state),
      conflicts: entries.count { $0.state == .conflict }, operationsRunning: running, lastEvent: last,
      usage: view.usage)
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
    guard let source = source.withLock({ $0 }) else {
      throw FleetError(.unreachable, "the coordinator is not serving", retryable: true)
    }
    return try await source.figures()
  }

  func show(_ next: MetricsCollector?) { source.withLock { $0 = next } }
}

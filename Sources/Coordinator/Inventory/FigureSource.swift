internal import Fleet
internal import Store

/// Counts the fleet.
struct FigureSource: Sendable {
  let office: Office
  let store: FleetStore
  let inventory: Inventory
  let clock: any WallClock

  /// The figures of this moment.
  /// - Throws: ``FleetError`` with code `internal` if the store can't be read.
  func figures() async throws -> FleetFigures {
    let view = await inventory.view
    let (page, ports, running, last) = try await store.read { reader in
      (
        try LedgerPage.all(reader), try reader.portEntries(),
        try reader.operations(unfinished: true, limit: 1000).count, try reader.lastEventNumber()
      )
    }
    let now = clock.now()
    let entries = view.macEntries(page, now: now)
    return FleetFigures(
      fleet: office.fleetName, version: RoostVersion.current, epoch: office.epoch, at: now,
      hosts: view.hostSummaries,
      vms: Self.count(view.vmSummaries()) { FleetFigures.Kind(state: $0.state.name, isManaged: $0.managed) },
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

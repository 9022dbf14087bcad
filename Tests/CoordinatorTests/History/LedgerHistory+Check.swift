import Fleet
import Scheduling
import Store

@testable import Coordinator

extension LedgerHistory {
  /// No cursor went back; whatever two have, as far as anybody told, is known as a conflict; every port in use is
  /// listed.
  func check() async throws {
    let view = await world.inventory.view
    let macs = Set((range.first.number...range.last.number).compactMap { MACAddress(number: $0) })
    let (page, ports, pools) = try await world.store.read { reader in
      (try LedgerPage.all(reader), try reader.portEntries(), try reader.macPools())
    }
    for record in pools {
      let last = world.model.cursors[record.pool.name] ?? 0
      guard record.cursor >= last else { throw Surprise(what: "the cursor of \(record.pool.name) went back") }
      world.model.cursors[record.pool.name] = record.cursor
    }
    let known = Set(view.conflicts(page, of: macs).map(\.entry.mac))
    guard known == world.model.doubles else {
      throw Surprise(what: "conflicts are \(known) and should be \(world.model.doubles)")
    }
    let listed = Set(view.portEntries(ledger: ports).map(\.port))
    let used = world.model.told.values.flatMap(\.values).flatMap(\.displayPorts) + world.model.ports.keys
    guard listed == Set(used) else { throw Surprise(what: "ports are \(listed) and should be \(Set(used))") }
  }
}

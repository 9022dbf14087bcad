import Fleet
import Scheduling
import Store

@testable import Coordinator

extension LedgerHistory {
  /// No cursor went back; whatever two have, as far as anybody told, is known as a conflict; every port in use is
  /// listed.
  func check() async throws {
    let view = await scenario.inventory.view
    let macs = Set((range.first.number...range.last.number).compactMap { MACAddress(number: $0) })
    let (page, ports, pools) = try await scenario.store.read { reader in
      (try LedgerSlice.all(reader), try reader.portEntries(), try reader.macPools())
    }
    for record in pools {
      let last = scenario.model.cursors[record.pool.name] ?? 0
      guard record.cursor >= last else { throw Surprise(what: "the cursor of \(record.pool.name) went back") }
      scenario.model.cursors[record.pool.name] = record.cursor
    }
    let known = Set(view.conflicts(page, of: macs).map(\.entry.mac))
    guard known == scenario.model.doubles else {
      throw Surprise(what: "conflicts are \(known) and should be \(scenario.model.doubles)")
    }
    let listed = Set(view.portEntries(ledger: ports).map(\.port))
    let used = scenario.model.told.values.flatMap(\.values).flatMap(\.displayPorts) + scenario.model.ports.keys
    guard listed == Set(used) else { throw Surprise(what: "ports are \(listed) and should be \(Set(used))") }
  }
}

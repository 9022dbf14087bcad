import Fleet
import Scheduling
import Store

extension AgentReception {
  /// Forgets what was accepted of addresses whose owners are other ones now.
  func forgetAcceptances(of macs: Set<MACAddress>, _ ledger: LedgerPage) async throws {
    let view = await inventory.view
    let concerned = macs.filter { view.accepted[$0] != nil }
    guard !concerned.isEmpty else { return }
    let found = Dictionary(
      view.allConflicts(ledger, of: concerned).map { ($0.entry.mac, $0.entry.claimants) },
      uniquingKeysWith: { first, _ in first })
    let stale = concerned.filter { view.accepted[$0]?.holds(for: found[$0] ?? []) != true }.sorted()
    guard !stale.isEmpty else { return }
    let now = clock.now()
    let rest = try await store.commit { transaction in
      for mac in stale {
        try transaction.forgetAcceptance(of: mac)
        try transaction.appendEvent(
          at: now, kind: "mac.acceptance-ended", subject: mac.description,
          message: "MAC \(mac) has other owners than when it was accepted that they share it")
      }
      return try transaction.acceptedConflicts()
    }
    await inventory.put(rest)
  }
}

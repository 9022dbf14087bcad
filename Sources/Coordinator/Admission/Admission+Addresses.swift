import Fleet
import Scheduling
import Store

extension Admission {
  /// Refuses a name that any domain of the fleet has already.
  func checkName(_ name: String) async throws {
    guard let holder = await inventory.holder(ofName: name) else { return }
    throw FleetError(
      .conflict,
      "the name \"\(name)\" belongs to \(holder.isManaged ? "a" : "an unmanaged") VM on \(holder.owner.host) already",
      hint: "choose another name, or look at it: roost show \(name.shellQuoted)")
  }

  /// Refuses a chosen MAC address with an owner: no other host would make it free, so it is a conflict and not a lack
  /// of room.
  func checkMACs(_ intent: CreateIntent, in view: FleetView) async throws {
    if let refusal = try await refusedMAC(intent, in: view) { throw refusal }
  }

  private func refusedMAC(_ intent: CreateIntent, in view: FleetView) async throws -> FleetError? {
    let nics = intent.spec.nics + MACAllocator.nics(intent.heldMACs)
    guard nics.contains(where: { $0.mac != nil }) else { return nil }
    let now = clock.now()
    let view = view.withoutDisregardedHosts()
    return try await store.read { reader in
      for nic in nics {
        guard let mac = nic.mac else { continue }
        let owners = view.observedOwners(of: mac)
        if let refusal = try MACAllocator.refusal(
          of: mac, for: nic, owners: owners, claim: intent.claim, in: reader, now: now)
        {
          return refusal
        }
      }
      return nil
    }
  }
}

package import Fleet

/// The VM that asks for a MAC address; a quarantined address may go back to the VM that had it.
package struct MACClaim: Hashable, Sendable {
  /// The VM's name.
  package var name: String
  /// The UUID it has, or had where its document comes from; nil if it is new.
  package var vmID: VMID?
  /// True if an administrator allows taking the address out of quarantine.
  package var reclaims: Bool

  /// Makes a claim.
  package init(name: String, vmID: VMID? = nil, reclaims: Bool = false) {
    self.name = name
    self.vmID = vmID
    self.reclaims = reclaims
  }

  /// True if the quarantine gives way to this claim. The address of a guest that was left behind on a lost host needs
  /// ``reclaims``, because that guest may still use it.
  func ends(_ quarantine: MACLedgerEntry) -> Bool {
    if reclaims { return true }
    guard !quarantine.isLeftBehind else { return false }
    return quarantine.owner.vm == name || vmID != nil && quarantine.owner.vmID == vmID
  }
}

/// Decides whether a VM may take a MAC address that was chosen by hand.
package enum ChosenMAC {
  /// Nil if the address is free, else the error that names its owner.
  /// - Parameters:
  ///   - holder: the ledger's entry for the address; nil if it was never handed out or seen.
  ///   - observedOwners: every domain that has it in any configuration, including those on hosts that are offline now.
  ///   - reservation: the reserved range that contains the address, if any.
  ///   - fixed: the DHCP reservations for the address.
  ///   - network: the network or bridge of the interface; a reservation by that network's own DHCP server is meant for
  ///     this interface and does not refuse it.
  ///   - claim: the VM that asks; nil if no quarantine may give way.
  ///   - now: decides whether a quarantine is over.
  package static func refusal(
    _ mac: MACAddress, holder: MACLedgerEntry?, observedOwners: [AddressOwner], reservation: MACReservation? = nil,
    fixed: [MACSighting] = [], network: String = "", claim: MACClaim? = nil, now: Timestamp
  ) -> FleetError? {
    guard mac.isUsable else { return FleetError(.invalid, "\(mac) is an address that no interface may have") }
    if let holder, let refusal = refusal(mac, holder, claim, now) { return refusal }
    if let owner = observedOwners.min(by: { ($0.host, $0.vm) < ($1.host, $1.vm) }) {
      return taken("MAC \(mac) belongs to \(owner)")
    }
    if let reservation {
      return taken("MAC \(mac) is reserved for \"\(reservation.purpose)\" with \(reservation.range)")
    }
    guard let other = fixed.first(where: { $0.network != network }) else { return nil }
    return taken("MAC \(mac) is reserved for \(other.owner) by DHCP")
  }

  private static func refusal(
    _ mac: MACAddress, _ holder: MACLedgerEntry, _ claim: MACClaim?, _ now: Timestamp
  ) -> FleetError? {
    switch holder.state {
    case .allocated, .observed: return taken("MAC \(mac) belongs to \(holder.owner)")
    case .conflict:
      let owners = holder.claimants.isEmpty ? [holder.owner] : holder.claimants
      return taken("MAC \(mac) belongs to " + AddressOwner.list(owners, joinedBy: " and to "))
    case .reserved: return taken("MAC \(mac) is reserved for \(holder.owner)")
    case .quarantined:
      if let until = holder.until, until <= now { return nil }
      if let claim, claim.ends(holder) { return nil }
      return quarantine(holder)
    case .retired: return nil
    }
  }

  /// The error for an address in quarantine, with the ways out as its hint.
  package static func quarantine(_ entry: MACLedgerEntry) -> FleetError {
    let end = entry.until.map { " until \($0)" } ?? ""
    let doubt = entry.isLeftBehind ? "; its guest may still run with it unobserved" : ""
    return FleetError(
      .conflict, "MAC \(entry.mac) belonged to \(entry.owner) and is in quarantine\(end)\(doubt)",
      hint: "if nothing uses it any more, take it back: --reclaim, or roost mac reclaim \(entry.mac); "
        + "else leave it out for one of the fleet's pool; roost import does that with --new-macs")
  }

  private static func taken(_ message: String) -> FleetError {
    FleetError(
      .conflict, message, hint: "leave the MAC out for one of the fleet's pool; roost import does that with --new-macs")
  }
}

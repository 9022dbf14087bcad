public import Fleet

/// Whether an address that somebody chose may be had.
public enum ChosenMAC {
  /// Nil if the address is free, else the error that names its owner.
  /// - Parameters:
  ///   - holder: the ledger's entry for the address, if it was ever handed out or seen.
  ///   - observedOwners: every domain that has it in any configuration, hosts now offline included.
  ///   - reservation: the reserved range the address lies in, if any.
  ///   - fixed: what DHCP servers keep the address for now.
  ///   - network: the network or bridge that the interface is plugged into; what its own DHCP server keeps is meant
  ///     for just such an interface.
  ///   - now: decides whether a quarantine is over.
  public static func verdict(
    _ mac: MACAddress, holder: MACEntry?, observedOwners: [AddressOwner], reservation: MACReservation? = nil,
    fixed: [MACSighting] = [], network: String = "", now: Timestamp
  ) -> FleetError? {
    guard mac.isUsable else { return FleetError(.invalid, "\(mac) is an address that no interface may have") }
    if let holder, let refusal = refusal(mac, holder, now) { return refusal }
    if let owner = observedOwners.min(by: { ($0.host, $0.vm) < ($1.host, $1.vm) }) {
      return taken("MAC \(mac) belongs to \(owner)")
    }
    if let reservation {
      return taken("MAC \(mac) is reserved for \"\(reservation.purpose)\" with \(reservation.range)")
    }
    guard let other = fixed.first(where: { $0.network != network }) else { return nil }
    return taken("MAC \(mac) is reserved for \(other.owner) by DHCP")
  }

  private static func refusal(_ mac: MACAddress, _ holder: MACEntry, _ now: Timestamp) -> FleetError? {
    switch holder.state {
    case .allocated, .observed: return taken("MAC \(mac) belongs to \(holder.owner)")
    case .conflict:
      let owners = holder.claimants.isEmpty ? [holder.owner] : holder.claimants
      return taken("MAC \(mac) belongs to " + owners.map(\.description).joined(separator: " and to "))
    case .reserved: return taken("MAC \(mac) is reserved for \(holder.owner)")
    case .quarantined:
      if let until = holder.until, until <= now { return nil }
      let end = holder.until.map { " until \($0)" } ?? ""
      return taken("MAC \(mac) belonged to \(holder.owner) and is in quarantine\(end)")
    case .retired: return nil
    }
  }

  private static func taken(_ message: String) -> FleetError {
    FleetError(
      .conflict, message, hint: "leave the MAC out for one of the fleet's pool; roost import does that with --new-macs")
  }
}

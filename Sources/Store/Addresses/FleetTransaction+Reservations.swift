public import Fleet

extension FleetTransaction {
  /// Keeps a range of addresses for something outside the fleet; addresses in quarantine stay in it meanwhile.
  /// - Throws: ``FleetError`` with code `conflict` that names the first owner if a VM has one of the addresses or one
  ///   is reserved.
  public func reserveMACs(_ range: MACRange, for purpose: String, at: Timestamp) throws(FleetError) {
    if let other = try macReservation(overlapping: range) {
      throw FleetError(
        .conflict, "\(range) overlaps \(other.range), which is reserved for \"\(other.purpose)\"",
        hint: "roost mac list")
    }
    if let held = try heldMACs(in: range, limit: 1).first {
      let how = held.state == .reserved ? "is reserved for" : "belongs to"
      throw FleetError(.conflict, "MAC \(held.mac) \(how) \(held.owner)", hint: "roost mac show \(held.mac)")
    }
    try insert(
      into: "mac_ranges",
      [
        "first": Int64(range.first.number), "last": Int64(range.last.number), "purpose": purpose,
        "made_at": at.milliseconds,
      ], about: "MAC range \(range)")
  }

  /// Ends the reservation of the range that an address lies in.
  /// - Throws: ``FleetError`` with code `notFound` without one.
  public func releaseRange(of mac: MACAddress, at: Timestamp) throws(FleetError) {
    guard let found = try macReservation(mac) else {
      throw FleetError(.notFound, "MAC \(mac) lies in no reserved range", hint: "roost mac list")
    }
    try change(
      "UPDATE mac_ranges SET ended_at = ? WHERE first = ? AND ended_at IS NULL",
      [at.milliseconds, Int64(found.range.first.number)], about: "MAC range \(found.range)")
  }
}

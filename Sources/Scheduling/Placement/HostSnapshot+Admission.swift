public import Fleet

extension HostSnapshot {
  /// What the fleet may still reserve of it; nothing before its first report.
  public var free: Reservation {
    guard let capacity else { return Reservation() }
    return Capacity.free(of: capacity, reserved: reserved)
  }

  /// The one step every placement is made of: this host with the reservation on it, or the rule that is in the way.
  public func adding(_ reservation: Reservation) -> Admission {
    for filter in RoomFilter.table {
      if let detail = filter.refuses(reservation, self) {
        return .refused(Refusal(host: name, rule: filter.rule, detail: detail))
      }
    }
    var host = self
    host.reserved += reservation
    host.freePoolSpace = freePoolSpace.map { $0 - reservation.disk }
    host.vmCount += 1
    return .admitted(host)
  }
}

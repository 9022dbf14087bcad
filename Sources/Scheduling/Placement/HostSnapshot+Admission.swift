public import Fleet

extension HostSnapshot {
  /// What the fleet may still reserve of it; nothing before its first report.
  public var free: Reservation { Room(of: self).free }

  /// The one step every placement is made of: this host with the reservation on it, or the rule that is in the way.
  public func adding(_ reservation: Reservation) -> Admission {
    if let refusal = RoomFilter.refusal(of: reservation, in: Room(of: self), host: name) { return .refused(refusal) }
    var host = self
    host.reserved += reservation
    host.freePoolSpace = freePoolSpace.map { $0 - reservation.disk }
    host.vmCount += 1
    return .admitted(host)
  }
}

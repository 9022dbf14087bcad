internal import Fleet

/// What a host may be reserved up to, and what is left of that.
struct Room {
  /// The most that VMs may reserve together.
  let limit: Reservation
  /// What is left.
  private(set) var free: Reservation
  /// Space the image directory's file system has left; what is left of the limit if nobody says.
  private(set) var space: Memory

  /// The room of a host; none before its first report.
  init(of host: HostSnapshot) {
    limit = host.capacity?.limit ?? Reservation()
    free = Capacity.free(of: limit, reserved: host.reserved)
    space = min(free.disk, host.freePoolSpace ?? free.disk)
  }

  /// True if a reservation fits; ``RoomFilter`` says why one does not.
  func has(_ wish: Reservation) -> Bool {
    wish.vcpus <= free.vcpus && wish.memory <= free.memory && wish.disk <= free.disk
  }

  /// Takes a reservation that fits.
  mutating func take(_ reservation: Reservation) {
    free = Capacity.free(of: free, reserved: reservation)
    space = space - reservation.disk
  }
}

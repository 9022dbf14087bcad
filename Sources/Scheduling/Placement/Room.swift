internal import Fleet

/// What may be reserved of a host, and what is left of that.
struct Room: Hashable {
  /// The most that VMs may reserve together.
  let limit: Reservation
  /// What is left.
  private(set) var free: Reservation
  /// Free space of the image directory's file system; the free part of the limit if unknown.
  private(set) var space: ByteCount

  /// Makes a room.
  init(limit: Reservation, free: Reservation, space: ByteCount) {
    self.limit = limit
    self.free = free
    self.space = space
  }

  /// The room of a host; 0 before its first report.
  init(of host: HostSnapshot) {
    limit = host.capacity?.limit ?? Reservation()
    free = Capacity.free(of: limit, reserved: host.reserved)
    space = min(free.disk, host.freePoolSpace ?? free.disk)
  }

  /// True if a reservation fits; ``RoomFilter`` says why one does not.
  func has(_ wanted: Reservation) -> Bool {
    wanted.vcpus <= free.vcpus && wanted.memory <= free.memory && wanted.disk <= free.disk
  }

  /// Subtracts a reservation that fits.
  mutating func take(_ reservation: Reservation) {
    free = Capacity.free(of: free, reserved: reservation)
    space = space - reservation.disk
  }
}

/// A named rule about the room of a host.
struct RoomFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the host is refused, with numbers; nil if there is room.
  let refuses: @Sendable (Reservation, Room) -> String?

  /// Every rule about the room of a host, by nominal size.
  static let table: [RoomFilter] = [
    // Too few virtual CPUs are left.
    RoomFilter(rule: "vcpus") { wanted, room in
      wanted.vcpus <= room.free.vcpus
        ? nil : "wants \(wanted.vcpus), \(room.free.vcpus) of \(room.limit.vcpus) are free"
    },
    // Too little memory is left.
    RoomFilter(rule: "memory") { wanted, room in lack(wanted.memory, room.free.memory, room.limit.memory) },
    // Too little disk space is left.
    RoomFilter(rule: "disk") { wanted, room in lack(wanted.disk, room.free.disk, room.limit.disk) },
  ]

  /// The first rule that refuses a reservation.
  static func refusal(of wanted: Reservation, in room: Room, host: String) -> Refusal? {
    for filter in table {
      if let detail = filter.refuses(wanted, room) { return Refusal(host: host, rule: filter.rule, detail: detail) }
    }
    return nil
  }

  private static func lack(_ wanted: ByteCount, _ free: ByteCount, _ limit: ByteCount) -> String? {
    guard wanted > free else { return nil }
    // Two sizes that look the same after rounding would explain nothing.
    let alike = wanted.description == free.description
    let texts = alike ? ("\(wanted.bytes)B", "\(free.bytes)B") : (wanted.description, free.description)
    return "wants \(texts.0), \(texts.1) of \(limit) is free"
  }
}

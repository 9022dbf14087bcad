internal import Fleet

/// A named rule about what a host has left.
struct RoomFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the host is refused, with numbers; nil if there is room.
  let refuses: @Sendable (Reservation, Room) -> String?

  /// Every rule about what a host has left, by nominal size.
  static let table: [RoomFilter] = [
    RoomFilter(rule: "vcpus") { wish, room in
      wish.vcpus <= room.free.vcpus
        ? nil : "wants \(wish.vcpus), \(room.free.vcpus) of \(room.limit.vcpus) are free"
    },
    RoomFilter(rule: "memory") { wish, room in lack(wish.memory, room.free.memory, room.limit.memory) },
    RoomFilter(rule: "disk") { wish, room in lack(wish.disk, room.free.disk, room.limit.disk) },
  ]

  /// The first rule that is in the way of a reservation.
  static func refusal(of wish: Reservation, in room: Room, host: String) -> Refusal? {
    for filter in table {
      if let detail = filter.refuses(wish, room) { return Refusal(host: host, rule: filter.rule, detail: detail) }
    }
    return nil
  }

  private static func lack(_ wanted: Memory, _ free: Memory, _ limit: Memory) -> String? {
    guard wanted > free else { return nil }
    // Rounded sizes that look alike would explain nothing.
    let alike = wanted.description == free.description
    let texts = alike ? ("\(wanted.bytes)B", "\(free.bytes)B") : (wanted.description, free.description)
    return "wants \(texts.0), \(texts.1) of \(limit) is free"
  }
}

internal import Fleet

/// A named rule about what a host has left.
struct RoomFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the host is refused, with numbers; nil if there is room.
  let refuses: @Sendable (Reservation, HostSnapshot) -> String?

  /// Every rule about what a host has left, by nominal size.
  static let table: [RoomFilter] = [
    RoomFilter(rule: "vcpus") { wish, host in
      let (free, limit) = (host.free.vcpus, host.capacity?.limit.vcpus ?? 0)
      return wish.vcpus <= free ? nil : "wants \(wish.vcpus), \(free) of \(limit) are free"
    },
    RoomFilter(rule: "memory") { wish, host in
      lack(wish.memory, host.free.memory, host.capacity?.limit.memory)
    },
    RoomFilter(rule: "disk") { wish, host in
      lack(wish.disk, host.free.disk, host.capacity?.limit.disk)
    },
  ]

  private static func lack(_ wanted: Memory, _ free: Memory, _ limit: Memory?) -> String? {
    guard wanted > free else { return nil }
    // Rounded sizes that look alike would explain nothing.
    let alike = wanted.description == free.description
    let texts = alike ? ("\(wanted.bytes)B", "\(free.bytes)B") : (wanted.description, free.description)
    return "wants \(texts.0), \(texts.1) of \(limit ?? .zero) is free"
  }
}

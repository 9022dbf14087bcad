internal import Fleet

/// A named term of a host's score.
struct PlacementScorer: Sendable {
  /// What a scorer looks at.
  struct Seat {
    let request: PlacementRequest
    let host: HostSnapshot
    /// The host's room once the VM is on it.
    let room: Room
    /// The rules that speak of the request.
    let tally: RuleTally
    /// True if any host's load was measured, so that the term speaks of each.
    let knowsLoad: Bool
  }

  /// The term's name, as a decision carries it.
  let name: String
  /// How much the term counts, unless a policy says otherwise.
  let weight: Double
  /// 0…1 for a host; higher is better. Nil if the term says nothing here.
  let score: @Sendable (borrowing Seat) -> Double?

  /// Every term. Room decides; a working accelerator outweighs one kind of room for a VM that would like it; an
  /// image that is there already only breaks near ties. The others speak only where they have something to say.
  static let table: [PlacementScorer] = [
    PlacementScorer(name: "vcpus", weight: 1) { seat in
      left(seat.request, Double(seat.room.free.vcpus), of: Double(seat.room.limit.vcpus))
    },
    PlacementScorer(name: "memory", weight: 1) { seat in
      left(seat.request, Double(seat.room.free.memory.bytes), of: Double(seat.room.limit.memory.bytes))
    },
    PlacementScorer(name: "disk", weight: 1) { seat in
      left(seat.request, Double(seat.room.space.bytes), of: Double(seat.room.limit.disk.bytes))
    },
    PlacementScorer(name: "acceleration", weight: 1) { seat in
      seat.request.spec.acceleration == .preferred && seat.host.accelerates(seat.request.spec) ? 1 : 0
    },
    PlacementScorer(name: "images", weight: 0.01) { seat in
      var (wanted, there) = (0.0, 0.0)
      for disk in seat.request.spec.disks {
        guard let id = disk.image?.id else { continue }
        wanted += 1
        there += seat.host.images.contains(id) ? 1 : 0
      }
      return wanted > 0 ? there / wanted : 0
    },
    PlacementScorer(name: "rules", weight: 1) { seat in seat.tally.softScore(of: seat.host) },
    PlacementScorer(name: "load", weight: 0.5) { seat in
      // What was measured long ago says little: after five minutes it counts half, and so on towards 0.5.
      guard seat.knowsLoad else { return nil }
      guard let load = seat.host.traits.load else { return 0.5 }
      let trust = 1 / (1 + max(0, seat.host.traits.loadAgeSeconds) / 300)
      return 0.5 + (0.5 - min(max(load, 0), 1)) * trust
    },
    PlacementScorer(name: "fragmentation", weight: 1) { seat in
      guard seat.request.policy == .balanced else { return nil }
      let (free, limit) = (seat.room.free, seat.room.limit)
      let cpu = share(Double(free.vcpus), of: Double(limit.vcpus))
      return 1 - abs(cpu - share(Double(free.memory.bytes), of: Double(limit.memory.bytes)))
    },
    PlacementScorer(name: "awake", weight: 1) { seat in
      seat.request.policy == .power ? (seat.host.vmCount > 0 ? 1 : 0) : nil
    },
  ]

  /// The built-in weights, those of a policy in their place, in the order of the table.
  static func weights(under policy: FleetPolicy) -> [Double] {
    table.map { scorer in max(0, policy.weights[scorer.name] ?? scorer.weight) }
  }

  private static func left(_ request: PlacementRequest, _ free: Double, of limit: Double) -> Double {
    let fraction = share(free, of: limit)
    return request.policy.prefersRoom ? fraction : 1 - fraction
  }

  private static func share(_ part: Double, of whole: Double) -> Double {
    whole > 0 ? min(max(part / whole, 0), 1) : 0
  }
}

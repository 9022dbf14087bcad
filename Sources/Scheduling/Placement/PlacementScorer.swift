internal import Fleet

/// A named term of a host's score.
struct PlacementScorer: Sendable {
  /// The term's name, as a decision carries it.
  let name: String
  /// How much the term counts.
  let weight: Double
  /// 0…1 for a host, and its room once the VM is on it; higher is better.
  let score: @Sendable (PlacementRequest, HostSnapshot, Room) -> Double

  /// Every term. Room decides; a working accelerator outweighs one kind of room for a VM that would like it;
  /// an image that is there already only breaks near ties.
  static let table: [PlacementScorer] = [
    PlacementScorer(name: "vcpus", weight: 1) { request, _, room in
      left(request, Double(room.free.vcpus), of: Double(room.limit.vcpus))
    },
    PlacementScorer(name: "memory", weight: 1) { request, _, room in
      left(request, Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes))
    },
    PlacementScorer(name: "disk", weight: 1) { request, _, room in
      left(request, Double(room.space.bytes), of: Double(room.limit.disk.bytes))
    },
    PlacementScorer(name: "acceleration", weight: 1) { request, host, _ in
      request.spec.acceleration == .preferred && host.accelerates(request.spec) ? 1 : 0
    },
    PlacementScorer(name: "images", weight: 0.01) { request, host, _ in
      var (wanted, there) = (0.0, 0.0)
      for disk in request.spec.disks {
        guard let id = disk.image?.id else { continue }
        wanted += 1
        there += host.images.contains(id) ? 1 : 0
      }
      return wanted > 0 ? there / wanted : 0
    },
  ]

  private static func left(_ request: PlacementRequest, _ free: Double, of limit: Double) -> Double {
    let fraction = limit > 0 ? min(max(free / limit, 0), 1) : 0
    return request.policy == .spread ? fraction : 1 - fraction
  }
}

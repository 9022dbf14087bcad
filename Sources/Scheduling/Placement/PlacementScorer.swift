internal import Fleet

/// A named term of a host's score.
struct PlacementScorer: Sendable {
  /// The term's name, as a decision carries it.
  let name: String
  /// How much the term counts.
  let weight: Double
  /// 0…1 for a host with the VM already on it; higher is better.
  let score: @Sendable (PlacementRequest, HostSnapshot) -> Double

  /// Every term. Room decides; a working accelerator outweighs one kind of room for a VM that would like it;
  /// an image that is there already only breaks near ties.
  static let table: [PlacementScorer] = [
    PlacementScorer(name: "vcpus", weight: 1) { request, host in
      room(request, Double(host.free.vcpus), Double(host.capacity?.limit.vcpus ?? 0))
    },
    PlacementScorer(name: "memory", weight: 1) { request, host in
      room(request, Double(host.free.memory.bytes), Double(host.capacity?.limit.memory.bytes ?? 0))
    },
    PlacementScorer(name: "disk", weight: 1) { request, host in
      let free = min(host.free.disk, host.freePoolSpace ?? host.free.disk)
      return room(request, Double(free.bytes), Double(host.capacity?.limit.disk.bytes ?? 0))
    },
    PlacementScorer(name: "acceleration", weight: 1) { request, host in
      request.spec.acceleration == .preferred && host.accelerates(request.spec) ? 1 : 0
    },
    PlacementScorer(name: "images", weight: 0.01) { request, host in
      let wanted = Set(request.spec.disks.compactMap { $0.image?.id })
      guard !wanted.isEmpty else { return 0 }
      return Double(wanted.intersection(host.images).count) / Double(wanted.count)
    },
  ]

  private static func room(_ request: PlacementRequest, _ free: Double, _ limit: Double) -> Double {
    let fraction = limit > 0 ? min(max(free / limit, 0), 1) : 0
    return request.policy == .spread ? fraction : 1 - fraction
  }
}

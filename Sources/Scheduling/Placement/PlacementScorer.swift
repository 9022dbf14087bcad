internal import Fleet

/// A named term of a host's score.
struct PlacementScorer: Sendable {
  /// What a term depends on; terms that depend on less are computed less often.
  enum Scope: Sendable {
    /// The room left once the VM is on the host.
    case room(@Sendable (PlacementStrategy, Room) -> Double?)
    /// Properties that all hosts of a build share; see ``HostClasses``.
    case build(@Sendable (PlacementRequest, HostSnapshot) -> Double?)
    /// The free share of the host's rack, nil if that says nothing; see ``RackTally``.
    case rack(@Sendable (PlacementStrategy, Double?) -> Double?)
    /// The host itself. `matters`: false if the term is the same for every host, whatever they are.
    case host(
      score: @Sendable (PlacementRequest, HostSnapshot, Context) -> Double?,
      matters: @Sendable (PlacementRequest, Context) -> Bool)
  }

  /// What a term may know beyond the request and the host.
  struct Context {
    /// The rules that speak of the request.
    let tally: RuleTally
    /// True if any host has a measured load, so that the term `load` applies.
    let knowsLoad: Bool
    /// The free room of the racks.
    let racks: RackTally
  }

  /// The term's name, as a decision carries it.
  let name: String
  /// The weight of the term, unless the policy sets another.
  let weight: Double
  /// The function of the term: 0…1 for a host, higher is better; nil if the term does not apply.
  let scope: Scope
  /// The most that the term is for any host of a range. Computed in the same steps as the term from the best values of
  /// the range: each step is monotonic, so rounding never makes it less than the term.
  let most: @Sendable (PlacementRequest, HostRange) -> Double

  /// The term for a host and its room once the VM is on it.
  func score(_ request: PlacementRequest, _ host: HostSnapshot, _ room: Room, _ context: Context) -> Double? {
    switch scope {
    case .room(let score): score(request.strategy, room)
    case .build(let score): score(request, host)
    case .rack(let score): score(request.strategy, context.racks.left(of: host))
    case .host(let score, _): score(request, host, context)
    }
  }

  /// Every term. Room decides; a working accelerator outweighs one kind of room for a VM that prefers it; an image that
  /// is already there only breaks near ties; a soft rule outweighs any one kind of room. The others apply only in the
  /// cases named.
  static let table: [PlacementScorer] = [
    PlacementScorer(
      // Virtual CPUs left once the VM is there; few with pack and power.
      name: "vcpus", weight: 1,
      scope: .room { strategy, room in left(strategy, Double(room.free.vcpus), of: Double(room.limit.vcpus)) },
      most: { request, range in
        let room = range.best(for: request.strategy)
        return left(request.strategy, Double(room.free.vcpus), of: Double(room.limit.vcpus))
      }),
    PlacementScorer(
      // Memory left, in the same way.
      name: "memory", weight: 1,
      scope: .room { strategy, room in
        left(strategy, Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes))
      },
      most: { request, range in
        let room = range.best(for: request.strategy)
        return left(request.strategy, Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes))
      }),
    PlacementScorer(
      // Disk space left, in the same way.
      name: "disk", weight: 1,
      scope: .room { strategy, room in left(strategy, Double(room.space.bytes), of: Double(room.limit.disk.bytes)) },
      most: { request, range in
        let room = range.best(for: request.strategy)
        return left(request.strategy, Double(room.space.bytes), of: Double(room.limit.disk.bytes))
      }),
    PlacementScorer(
      // KVM works there, and the VM would like it.
      name: "acceleration", weight: 1,
      scope: .build { request, host in
        request.spec.acceleration == .preferred && host.accelerates(request.spec) ? 1 : 0
      },
      most: { request, range in request.spec.acceleration == .preferred && range.acceleratesAny ? 1 : 0 }),
    PlacementScorer(
      // The VM's images are there already.
      name: "images", weight: 0.01,
      scope: .host(
        score: { request, host, _ in images(request, on: host) },
        matters: { request, _ in request.spec.disks.contains { $0.image?.id != nil } }),
      most: { _, range in range.images }),
    PlacementScorer(
      // Soft rules are kept.
      name: "rules", weight: 2,
      scope: .host(
        score: { _, host, context in context.tally.softScore(of: host) },
        matters: { _, context in !context.tally.isEmpty }),
      most: { _, range in range.rules }),
    PlacementScorer(
      // The CPUs are idle; an old measurement says less.
      name: "load", weight: 0.5,
      scope: .host(
        score: { _, host, context in context.knowsLoad ? rest(host.traits) : nil },
        matters: { _, context in context.knowsLoad }),
      most: { _, range in 0.5 + max(0, 0.5 - min(max(range.leastLoad, 0), 1)) }),
    PlacementScorer(
      // Room left in the host's rack, unless the aim is pack or power.
      name: "racks", weight: 0.25,
      scope: .rack { strategy, left in strategy.prefersRoom ? left : nil },
      most: { request, range in request.strategy.prefersRoom ? range.rackShare : 0 }),
    PlacementScorer(
      // With balanced: CPU and memory are left in equal shares.
      name: "fragmentation", weight: 1,
      scope: .room { strategy, room in
        guard strategy == .balanced else { return nil }
        let cpu = share(Double(room.free.vcpus), of: Double(room.limit.vcpus))
        return 1 - abs(cpu - share(Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes)))
      },
      most: { request, range in
        guard request.strategy == .balanced else { return 0 }
        func cpu(_ room: Room) -> Double { share(Double(room.free.vcpus), of: Double(room.limit.vcpus)) }
        func memory(_ room: Room) -> Double {
          share(Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes))
        }
        let (least, most) = (range.tightest, range.roomiest)
        return 1 - max(0, cpu(least) - memory(most), memory(least) - cpu(most))
      }),
    PlacementScorer(
      // With power: the host runs a VM already.
      name: "awake", weight: 1,
      scope: .host(
        score: { request, host, _ in request.strategy == .power ? (host.vmCount > 0 ? 1 : 0) : nil },
        matters: { request, _ in request.strategy == .power }),
      most: { request, range in request.strategy == .power && range.isAnyAwake ? 1 : 0 }),
  ]

  /// The built-in weights, replaced by those of a strategy, in the order of the table.
  static func weights(under policy: PlacementPolicy) -> [Double] {
    table.map { scorer in max(0, policy.weights[scorer.name] ?? scorer.weight) }
  }

  private static func images(_ request: PlacementRequest, on host: HostSnapshot) -> Double {
    var (wanted, there) = (0.0, 0.0)
    for disk in request.spec.disks {
      guard let id = disk.image?.id else { continue }
      wanted += 1
      there += host.images.contains(id) ? 1 : 0
    }
    return wanted > 0 ? there / wanted : 0
  }

  /// The share of idle CPU time. An old measurement tends to 0.5 (after five minutes it counts half), which is also the
  /// value without a measurement.
  private static func rest(_ traits: HostTraits) -> Double {
    guard let load = traits.load else { return 0.5 }
    let trust = 1 / (1 + max(0, traits.loadAgeSeconds) / 300)
    return 0.5 + (0.5 - min(max(load, 0), 1)) * trust
  }

  private static func left(_ strategy: PlacementStrategy, _ free: Double, of limit: Double) -> Double {
    let fraction = share(free, of: limit)
    return strategy.prefersRoom ? fraction : 1 - fraction
  }

  private static func share(_ part: Double, of whole: Double) -> Double {
    whole > 0 ? min(max(part / whole, 0), 1) : 0
  }
}

extension HostRange {
  /// The room that scores best.
  fileprivate func best(for strategy: PlacementStrategy) -> Room { strategy.prefersRoom ? roomiest : tightest }
}

extension PlacementStrategy {
  /// True if the host with the most left wins.
  var prefersRoom: Bool { self == .spread || self == .balanced }
}

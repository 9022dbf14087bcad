internal import Fleet

/// A named term of a host's score.
struct PlacementScorer: Sendable {
  /// What a term depends on; terms that depend on less are computed less often.
  enum Scope: Sendable {
    /// The room left once the VM is on the host.
    case room(@Sendable (PlacementStrategy, Room) -> Double?)
    /// Properties that all hosts of a kind share.
    case kind(@Sendable (PlacementRequest, HostSnapshot, Context) -> Double?)
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

  /// The term for a host and its room once the VM is on it.
  func score(_ request: PlacementRequest, _ host: HostSnapshot, _ room: Room, _ context: Context) -> Double? {
    switch scope {
    case .room(let score): score(request.strategy, room)
    case .kind(let score): score(request, host, context)
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
      scope: .room { strategy, room in left(strategy, Double(room.free.vcpus), of: Double(room.limit.vcpus)) }),
    PlacementScorer(
      // Memory left, in the same way.
      name: "memory", weight: 1,
      scope: .room { strategy, room in
        left(strategy, Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes))
      }),
    PlacementScorer(
      // Disk space left, in the same way.
      name: "disk", weight: 1,
      scope: .room { strategy, room in left(strategy, Double(room.space.bytes), of: Double(room.limit.disk.bytes)) }),
    PlacementScorer(
      // KVM works there, and the VM would like it.
      name: "acceleration", weight: 1,
      scope: .kind { request, host, _ in
        request.spec.acceleration == .preferred && host.accelerates(request.spec) ? 1 : 0
      }),
    PlacementScorer(
      // The VM's images are there already.
      name: "images", weight: 0.01,
      scope: .host(
        score: { request, host, _ in images(request, on: host) },
        matters: { request, _ in request.spec.disks.contains { $0.image?.id != nil } })),
    PlacementScorer(
      // Soft rules are kept.
      name: "rules", weight: 2,
      scope: .host(
        score: { _, host, context in context.tally.softScore(of: host) },
        matters: { _, context in !context.tally.isEmpty })),
    PlacementScorer(
      // The CPUs are idle; an old measurement says less.
      name: "load", weight: 0.5,
      scope: .host(
        score: { _, host, context in context.knowsLoad ? rest(host.traits) : nil },
        matters: { _, context in context.knowsLoad })),
    PlacementScorer(
      // Room left in the host's rack, unless the aim is pack or power.
      name: "racks", weight: 0.25,
      scope: .kind { request, host, context in request.strategy.prefersRoom ? context.racks.left(of: host) : nil }),
    PlacementScorer(
      // With balanced: CPU and memory are left in equal shares.
      name: "fragmentation", weight: 1,
      scope: .room { strategy, room in
        guard strategy == .balanced else { return nil }
        let cpu = share(Double(room.free.vcpus), of: Double(room.limit.vcpus))
        return 1 - abs(cpu - share(Double(room.free.memory.bytes), of: Double(room.limit.memory.bytes)))
      }),
    PlacementScorer(
      // With power: the host runs a VM already.
      name: "awake", weight: 1,
      scope: .host(
        score: { request, host, _ in request.strategy == .power ? (host.vmCount > 0 ? 1 : 0) : nil },
        matters: { request, _ in request.strategy == .power })),
  ]

  /// The built-in weights, replaced by those of a policy, in the order of the table.
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

extension PlacementStrategy {
  /// True if the host with the most left wins.
  var prefersRoom: Bool { self == .spread || self == .balanced }
}

/// The part of a request's verdict and score that all hosts of a kind share, computed once.
struct PlacementTerms {
  /// Whether the filters let the VM onto hosts of each kind.
  let allows: [Bool]
  /// The weighted terms of each kind of host, by number of the scorer; empty for a scorer that depends on more.
  let ofKind: [[Double]]
  /// The numbers of the scorers that can differ between hosts.
  let asked: [Int]
  let context: PlacementScorer.Context

  init(
    _ request: PlacementRequest, _ tally: RuleTally, knowsLoad: Bool, _ racks: RackTally, _ weights: [Double],
    _ kinds: HostClasses
  ) {
    let context = PlacementScorer.Context(tally: tally, knowsLoad: knowsLoad, racks: racks)
    self.context = context
    allows = kinds.samples.map { sample in
      sample.capacity != nil && PlacementFilter.refusalOfKind(request, sample) == nil
    }
    let table = PlacementScorer.table
    ofKind = table.indices.map { number in
      guard case .kind(let term) = table[number].scope else { return [] }
      return kinds.samples.map { sample in weights[number] * (term(request, sample, context) ?? 0) }
    }
    asked = table.indices.filter { number in
      guard case .host(_, let matters) = table[number].scope else { return true }
      return matters(request, context)
    }
  }
}

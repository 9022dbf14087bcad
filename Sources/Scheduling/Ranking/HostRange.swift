internal import Fleet

/// What several hosts have between them once a VM is on any of them; it bounds each term of their scores.
struct HostRange {
  /// The most room of any of them within the least limit of any.
  var roomiest: Room
  /// The least room of any of them within the greatest limit of any.
  var tightest: Room
  /// True if the guests of any of them run under KVM.
  var acceleratesAny: Bool
  /// True if any of them has a VM.
  var isAnyAwake: Bool
  /// The least measured load of any of them, 0.5 for a host without a measurement.
  var leastLoad: Double
  /// The largest free share of any of their racks.
  var rackShare: Double
  /// The largest share of the VM's images that any of them may have.
  var images: Double
  /// How well any of them keeps the soft rules.
  var rules: Double
}

/// Some hosts that are alike, with what bounds their scores.
struct HostBlock: Sendable {
  /// Their positions, ascending.
  let positions: [Int]
  /// As in ``HostRange``, without any VM added.
  private(set) var roomiest = Room.none
  private(set) var tightest = Room.none
  private(set) var isAnyAwake = false
  private(set) var leastLoad = 1.0
  /// The distinct classes of the hosts.
  private(set) var classes: [Int] = []
  /// The distinct racks of the hosts, by number.
  private(set) var racks: [Int] = []
  /// The distinct places of the hosts, for each label of a rule; see ``RuleIndex``.
  private(set) var places: [[Int]] = []
  private(set) var acceleratesAny = false
  private(set) var images: Set<ImageID> = []

  init(_ positions: [Int]) { self.positions = positions }

  /// Computes again what VMs and measurements change.
  mutating func refreshRoom(_ rooms: [Room], isAwake: [Bool], loads: [Double?]) {
    (isAnyAwake, leastLoad) = (false, 1)
    var (most, least) = (rooms[positions[0]], rooms[positions[0]])
    for position in positions {
      most.widen(rooms[position], isRoomiest: true)
      least.widen(rooms[position], isRoomiest: false)
      isAnyAwake = isAnyAwake || isAwake[position]
      measure(loads[position])
    }
    (roomiest, tightest) = (most, least)
  }

  /// Computes again what only a changed host changes.
  mutating func refreshTraits(_ hosts: [HostSnapshot], _ kinds: HostClasses, _ rackOf: [Int?], _ rules: RuleIndex) {
    classes = Self.distinct(positions.map { kinds.of[$0] })
    racks = Self.distinct(positions.compactMap { rackOf[$0] })
    places = rules.places.map { places in
      places.isOfHosts ? positions : Self.distinct(positions.compactMap { places.of[$0] < 0 ? nil : places.of[$0] })
    }
    acceleratesAny = positions.contains { hosts[$0].kvmUsable }
    images = positions.reduce(into: []) { $0.formUnion(hosts[$1].images) }
  }

  /// Records a load; the bound stays valid, and is exact again after ``refreshRoom(_:isAwake:loads:)``.
  mutating func measure(_ load: Double?) { leastLoad = min(leastLoad, load ?? 0.5) }

  private static func distinct(_ numbers: [Int]) -> [Int] { Array(Set(numbers)).sorted() }
}

extension Room {
  /// No room, of nothing.
  static let none = Room(limit: Reservation(), free: Reservation(), space: .zero)

  /// Widens the room to the most that is free of the least limit, or to the least that is free of the greatest limit.
  ///
  /// A limit of nothing counts as a score of 0 for what is left. It is no least limit, so that the bound is not 0.
  fileprivate mutating func widen(_ other: Room, isRoomiest: Bool) {
    func free<Number: Comparable>(_ one: Number, _ two: Number) -> Number { isRoomiest ? max(one, two) : min(one, two) }
    func limit<Number: Comparable>(_ one: Number, _ two: Number, zero: Number) -> Number {
      guard isRoomiest else { return max(one, two) }
      return one <= zero ? two : two <= zero ? one : min(one, two)
    }
    self = Room(
      limit: Reservation(
        vcpus: limit(self.limit.vcpus, other.limit.vcpus, zero: 0),
        memory: limit(self.limit.memory, other.limit.memory, zero: .zero),
        disk: limit(self.limit.disk, other.limit.disk, zero: .zero)),
      free: Reservation(
        vcpus: free(self.free.vcpus, other.free.vcpus), memory: free(self.free.memory, other.free.memory),
        disk: free(self.free.disk, other.free.disk)),
      space: free(space, other.space))
  }
}

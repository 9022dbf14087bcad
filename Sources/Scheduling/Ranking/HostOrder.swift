internal import Fleet

/// A fleet's hosts in blocks of similar hosts, kept while hosts change, so that the best hosts are found without a look
/// at the others.
///
/// A block's bounds always hold for its hosts as they are. Which hosts are together only makes the bounds tight, so the
/// hosts are sorted again only after many changes.
struct HostOrder: Sendable {
  /// The most hosts of a block.
  static let mostPerBlock = 64

  private(set) var blocks: [HostBlock] = []
  private var blockOf: [Int]
  /// Whether each host has a VM, and its load. Apart from the snapshots, whose size makes a look at each slow.
  private var isAwake: [Bool]
  private var loads: [Double?]
  /// The number of each host's rack, or nil.
  private(set) var rackOf: [Int?]
  private var changes = 0

  init(
    _ hosts: [HostSnapshot], _ rooms: [Room], _ kinds: HostClasses, _ racks: RackTally, _ rules: RuleIndex
  ) {
    blockOf = Array(repeating: 0, count: hosts.count)
    isAwake = hosts.map { $0.vmCount > 0 }
    loads = hosts.map(\.traits.load)
    rackOf = hosts.map { racks.number(of: $0) }
    let keys = rooms.map(Key.init)
    let order = hosts.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let size = min(Self.mostPerBlock, max(1, Int(Double(hosts.count).squareRoot())))
    for start in stride(from: 0, to: order.count, by: size) {
      var block = HostBlock(order[start..<min(start + size, order.count)].sorted())
      block.refreshRoom(rooms, isAwake: isAwake, loads: loads)
      block.refreshTraits(hosts, kinds, rackOf, rules)
      for position in block.positions { blockOf[position] = blocks.count }
      blocks.append(block)
    }
  }

  /// True if so much has changed that the hosts should be sorted again.
  var isStale: Bool { changes > blockOf.count / 2 + Self.mostPerBlock }

  /// Records that VMs came to a host or left it.
  mutating func refreshRoom(at position: Int, _ host: HostSnapshot, _ rooms: [Room]) {
    isAwake[position] = host.vmCount > 0
    loads[position] = host.traits.load
    blocks[blockOf[position]].refreshRoom(rooms, isAwake: isAwake, loads: loads)
    changes += 1
  }

  /// Records that a host has changed otherwise.
  mutating func refreshTraits(
    at position: Int, _ hosts: [HostSnapshot], _ kinds: HostClasses, _ racks: RackTally, _ rules: RuleIndex
  ) {
    rackOf[position] = racks.number(of: hosts[position])
    blocks[blockOf[position]].refreshTraits(hosts, kinds, rackOf, rules)
  }

  /// Records a host's load.
  mutating func measure(at position: Int, load: Double?) {
    loads[position] = load
    blocks[blockOf[position]].measure(load)
  }

  /// Computes the bounds of loads again.
  mutating func refreshLoads(_ rooms: [Room]) {
    for number in blocks.indices { blocks[number].refreshRoom(rooms, isAwake: isAwake, loads: loads) }
  }

  /// What hosts are sorted by: their size, then how much is left.
  private struct Key: Comparable {
    let vcpus: Int
    let memory: ByteCount
    let disk: ByteCount
    let left: Double

    init(_ room: Room) {
      (vcpus, memory, disk) = (room.limit.vcpus, room.limit.memory, room.limit.disk)
      func share(_ part: Int64, _ whole: Int64) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
      left =
        share(Int64(room.free.vcpus), Int64(vcpus)) + share(room.free.memory.bytes, memory.bytes)
        + share(room.space.bytes, disk.bytes)
    }

    static func < (one: Self, other: Self) -> Bool {
      (one.vcpus, one.memory, one.disk, one.left) < (other.vcpus, other.memory, other.disk, other.left)
    }
  }
}

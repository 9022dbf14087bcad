/// What a VM asks of a host beyond what its spec says.
public struct PlacementConstraints: Hashable, Sendable {
  /// Labels the host must have, each with the values that will do; no values: any value will do.
  public var require: [String: Set<String>]
  /// Labels the host must not have, each with the values that refuse it; no values: any value refuses it.
  public var avoid: [String: Set<String>]
  /// The groups it belongs to, which ``PlacementRule`` speaks of.
  public var groups: Set<String>
  /// Space it takes of storage pools, by their names, within its reservation of disk.
  public var pools: [String: Memory]
  /// Devices it takes, such as `gpu`, by their kinds.
  public var devices: [String: Int]
  /// The size of the huge pages its memory must be made of, or nil for ordinary memory.
  public var hugePage: Memory?
  /// True if its memory must be made of huge pages of the size that each host takes by itself; a ``hugePage`` goes
  /// before it.
  public var usesDefaultHugePages: Bool
  /// True if its CPUs and memory must fit into one NUMA cell.
  public var oneCell: Bool
  /// The CPU model its guest sees, or nil for any.
  public var cpuModel: String?
  /// VLANs that must reach the host.
  public var vlans: Set<Int>
  /// True if it stays on the host it was placed on: no plan moves it, and it ends with that host.
  public var isPinned: Bool
  /// What its domain document asks of the host.
  public var needs: Set<HostNeed>

  /// Makes constraints; the defaults ask for nothing.
  public init(
    require: [String: Set<String>] = [:], avoid: [String: Set<String>] = [:], groups: Set<String> = [],
    pools: [String: Memory] = [:], devices: [String: Int] = [:], hugePage: Memory? = nil,
    usesDefaultHugePages: Bool = false, oneCell: Bool = false, cpuModel: String? = nil, vlans: Set<Int> = [],
    isPinned: Bool = false, needs: Set<HostNeed> = []
  ) {
    self.require = require
    self.avoid = avoid
    self.groups = groups
    self.pools = pools
    self.devices = devices
    self.hugePage = hugePage
    self.usesDefaultHugePages = usesDefaultHugePages
    self.oneCell = oneCell
    self.cpuModel = cpuModel
    self.vlans = vlans
    self.isPinned = isPinned
    self.needs = needs
  }

  /// The size of huge pages that a host with such pages must give; nil for ordinary memory.
  public func hugePage(of pages: [HugePages]) -> Memory? {
    hugePage ?? (usesDefaultHugePages ? pages.defaultSize : nil)
  }

  /// True if nothing is asked for.
  public var isEmpty: Bool { self == PlacementConstraints() }
}

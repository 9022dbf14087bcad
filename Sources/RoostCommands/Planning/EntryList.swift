internal import Fleet
internal import Scheduling

/// The keys of one host or VM of a fleet file, in the order in which they were added.
struct EntryList {
  var entries: [Tree.Entry] = []

  /// Adds a key, unless it says nothing.
  mutating func add(_ key: String, _ value: Tree, unless saysNothing: Bool = false) {
    if !saysNothing { entries.append(Tree.Entry(key: key, value: value)) }
  }

  /// Adds what a host has beyond CPUs, memory, disk and networks; what its VMs count of pools and devices stands with
  /// them.
  mutating func add(_ traits: HostTraits, _ vms: [PlacedVM]) {
    add("cpu_models", .text(traits.cpuModels.sorted().joined(separator: " ")), unless: traits.cpuModels.isEmpty)
    add("qemu", .text(traits.qemuVersion), unless: traits.qemuVersion.isEmpty)
    add(
      "numa", .list(traits.cells.map { .object(["cpus": .count($0.cpus.count), "memory": .bytes($0.memory)]) }),
      unless: traits.cells.isEmpty)
    add(
      "huge_pages",
      .list(
        traits.hugePages.map {
          let mark = $0.isDefault ? [Tree.Entry(key: "default", value: .flag(true))] : []
          return .object(
            [
              .init(key: "size", value: .bytes($0.pageSize)), .init(key: "total", value: .count($0.total)),
              .init(key: "free", value: .count($0.free)),
            ] + mark)
        }), unless: traits.hugePages.isEmpty)
    let pools = traits.pools.sorted { $0.key < $1.key }.map { name, pool in
      let nominal = vms.reduce(Memory.zero) { $0 + ($1.request.constraints.pools[name] ?? .zero) }
      let used = max(0, max(0, pool.reserved) - nominal.bytes)
      return Tree.Entry(
        key: name,
        value: used == 0 ? .integer(pool.total) : .object(["size": .integer(pool.total), "used": .integer(used)]))
    }
    add("pools", .object(pools), unless: pools.isEmpty)
    add("shared_pools", .texts(traits.sharedPools.sorted()), unless: traits.sharedPools.isEmpty)
    let devices = traits.devices.sorted { $0.key < $1.key }.map {
      Tree.Entry(key: $0.key, value: .integer($0.value.total))
    }
    add("devices", .object(devices), unless: devices.isEmpty)
    add("vlans", .list(traits.vlans.sorted().map { .count($0) }), unless: traits.vlans.isEmpty)
    add("offers", .texts(traits.offers.sorted()), unless: traits.offers.isEmpty)
    add("load", .number(traits.load ?? 0), unless: traits.load == nil)
    add("load_age_seconds", .number(traits.loadAgeSeconds), unless: traits.load == nil)
  }
}

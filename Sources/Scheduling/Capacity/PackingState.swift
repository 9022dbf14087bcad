internal import Fleet

/// A fleet as numbers, hosts in the order of their names; every plan and count works on it.
///
/// Filters are evaluated once for each shape of VM and each kind of host; after that a step is a few comparisons.
struct PackingState: Sendable {
  /// A VM as numbers.
  struct PackedVM: Sendable {
    let name: String
    let size: Resources
    /// The index of its shape in ``PackingState/shapes``.
    let shape: Int
    /// Indices of the rules that apply to it.
    let rules: [Int]
    /// The counted resources that it takes.
    let extras: [CountedResource]
    /// True if it always stays on its host.
    let isTied: Bool
    /// True if moving it is a live migration.
    let isRunning: Bool
    let dirtyBytesPerSecond: Int
  }

  /// An amount of a counted resource.
  struct CountedResource: Hashable, Sendable {
    let resource: Int
    let number: Int
  }

  /// A rule with its places as numbers.
  struct Places: Sendable {
    let rule: PlacementRule
    /// The place of each host, -1 for none.
    let place: [Int]
    /// How many members each place has.
    var members: [Int]
    var total = 0
  }

  /// Requirements that several VMs share, and whether each kind of host meets them.
  struct Shape: Sendable {
    /// What filters read of the VMs.
    let request: PlacementRequest
    let allowed: [Bool]
    /// The only host allowed by name, -1 for any.
    let only: Int
  }

  let hosts: [HostSnapshot]
  let kinds: HostClasses
  private(set) var limit: [Resources]
  /// The free room of each host; negative where it is overcommitted.
  private(set) var free: [Resources]
  /// The free counted resources, by host and resource.
  private(set) var extras: [[Int]]
  private(set) var vms: [PackedVM] = []
  /// The VMs as the caller gave them.
  private(set) var placed: [PlacedVM] = []
  /// The host of each VM, -1 for none.
  private(set) var home: [Int] = []
  /// The VMs of each host.
  private(set) var placedOn: [[Int]]
  private(set) var rules: [Places] = []
  private(set) var shapes: [Shape] = []
  private var shapeNumbers: [PlacementRequest: Int] = [:]
  private var lastShape: Int?
  private var resources: [String: Int] = [:]
  /// The default sizes of huge pages on the hosts.
  private var defaultPageSizes: Set<ByteCount> = []
  private static let mixedPages = "pages of default sizes"
  private var index: [String: Int] = [:]

  init(_ fleet: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy()) {
    hosts = fleet.sorted { $0.name < $1.name }
    kinds = HostClasses(hosts)
    limit = hosts.map { Resources($0.capacity?.limit ?? Reservation()) }
    free = []
    extras = []
    placedOn = Array(repeating: [], count: hosts.count)
    free = zip(hosts, limit).map { $1 - Resources($0.reserved) }
    for (position, host) in hosts.enumerated() { index[host.name] = position }
    rules = policy.rules.map { rule in Self.places(rule, hosts) }
    countResources()
    let most = hosts.reduce(1) { $0 + $1.vms.count }
    vms.reserveCapacity(most)
    placed.reserveCapacity(most)
    home.reserveCapacity(most)
    for (position, host) in hosts.enumerated() {
      let names = host.vms.map(\.name)
      for index in names.indices.sorted(by: { (names[$0], $0) < (names[$1], $1) }) {
        let number = append(host.vms[index], isPlaced: true)
        home[number] = position
        placedOn[position].append(number)
        for rule in vms[number].rules { count(rule, position, by: 1) }
      }
    }
  }

  /// The position of a host by its name.
  func position(of name: String) -> Int? { index[name] }

  private static func places(_ rule: PlacementRule, _ hosts: [HostSnapshot]) -> Places {
    var numbers: [String: Int] = [:]
    let place = hosts.map { host -> Int in
      guard let name = rule.place(of: host) else { return -1 }
      if let known = numbers[name] { return known }
      numbers[name] = numbers.count
      return numbers.count - 1
    }
    return Places(rule: rule, place: place, members: Array(repeating: 0, count: numbers.count))
  }

  private mutating func countResources() {
    var names: Set<String> = []
    for host in hosts {
      names.formUnion(host.traits.pools.keys.map { "pool \($0)" })
      names.formUnion(host.traits.devices.keys.map { "device \($0)" })
      names.formUnion(host.traits.hugePages.map { "pages \($0.pageSize.bytes)" })
      if !host.traits.hugePages.isEmpty { defaultPageSizes.insert(host.traits.hugePages.defaultSize) }
    }
    if defaultPageSizes.count > 1 { names.insert(Self.mixedPages) }
    for (number, name) in names.sorted().enumerated() { resources[name] = number }
    extras = hosts.map { host in
      guard !names.isEmpty else { return [] }
      var left = Array(repeating: 0, count: names.count)
      for (name, pool) in host.traits.pools { left[resources["pool \(name)", default: 0]] = Int(pool.free) }
      for (kind, device) in host.traits.devices { left[resources["device \(kind)", default: 0]] = Int(device.free) }
      for pages in host.traits.hugePages { left[resources["pages \(pages.pageSize.bytes)", default: 0]] = pages.free }
      if let mixed = resources[Self.mixedPages] {
        let size = host.traits.hugePages.defaultSize
        let free = host.traits.hugePages.first { $0.pageSize == size }?.free ?? 0
        left[mixed] = free.times(Int(size.bytes))
      }
      return left
    }
  }

  /// The resource and amount for a VM whose huge pages have each host's default size.
  ///
  /// If all hosts have one default size, it is that size; else the VM is counted in bytes, rounded to the largest size,
  /// apart from VMs that name a size.
  private func defaultPages(of request: PlacementRequest) -> (String, Int) {
    let largest = defaultPageSizes.max() ?? .mebibytes(2)
    let number = request.hugePagesNeeded(of: largest)
    guard defaultPageSizes.count > 1 else { return ("pages \(largest.bytes)", number) }
    return (Self.mixedPages, number.times(Int(largest.bytes)))
  }

  private func extras(of request: PlacementRequest) -> [CountedResource] {
    guard request.countsResources else { return [] }
    let wanted = request.constraints
    var named = wanted.pools.map { ("pool \($0.key)", Int($0.value.bytes)) }
    named += wanted.devices.filter { $0.value > 0 }.map { ("device \($0.key)", $0.value) }
    if let page = wanted.hugePage {
      named.append(("pages \(page.bytes)", request.hugePagesNeeded(of: page)))
    } else if wanted.usesDefaultHugePages {
      named.append(defaultPages(of: request))
    }
    // A resource that no host has gets an index beyond all, so no host can provide it.
    return named.map { CountedResource(resource: resources[$0.0] ?? .max, number: $0.1) }.sorted {
      $0.resource < $1.resource
    }
  }
}

extension PackingState {
  /// Adds a VM without a host and returns its index; for `isPlaced` see ``PlacementRequest/filterInputs(isPlaced:)``.
  mutating func append(_ vm: PlacedVM, isPlaced: Bool = false) -> Int {
    vms.append(packedVM(of: vm, isPlaced: isPlaced))
    placed.append(vm)
    home.append(-1)
    return vms.count - 1
  }

  /// Like ``packedVM(of:isPlaced:)`` for a VM that is not placed; nil if its shape is not that of the last VM.
  func knownVM(of vm: PlacedVM) -> PackedVM? {
    guard let last = lastShape, vm.request.surelyHas(shapes[last].request) else { return nil }
    var same = self
    return same.packedVM(of: vm)
  }

  /// Converts a VM into numbers without adding it.
  mutating func packedVM(of vm: PlacedVM, isPlaced: Bool = false) -> PackedVM {
    let request = vm.request
    let groups = request.constraints.groups
    let spoken = groups.isEmpty ? [] : rules.indices.filter { groups.contains(rules[$0].rule.group) }
    return PackedVM(
      name: vm.name, size: Resources(request.spec.reservation), shape: shape(of: request, isPlaced: isPlaced),
      rules: spoken, extras: extras(of: request), isTied: request.host != nil, isRunning: vm.isRunning,
      dirtyBytesPerSecond: Int(max(0, vm.dirtyBytesPerSecond)))
  }

  /// Adds a copy of a VM and returns its index.
  mutating func append(copyOf vm: Int) -> Int {
    vms.append(vms[vm])
    placed.append(placed[vm])
    home.append(-1)
    return vms.count - 1
  }

  /// Removes the VM added last, which must have no host.
  mutating func dropLast() {
    vms.removeLast()
    placed.removeLast()
    home.removeLast()
  }

  /// Moves a VM to a host that takes it, or off its host with -1.
  mutating func move(_ vm: Int, to host: Int) {
    let old = home[vm]
    let packedVM = vms[vm]
    if old >= 0 {
      free[old] += packedVM.size
      for extra in packedVM.extras where extra.resource < extras[old].count {
        extras[old][extra.resource].add(extra.number)
      }
      for rule in packedVM.rules { count(rule, old, by: -1) }
      if let place = placedOn[old].lastIndex(of: vm) { placedOn[old].remove(at: place) }
    }
    home[vm] = host
    guard host >= 0 else { return }
    free[host] -= packedVM.size
    for extra in packedVM.extras where extra.resource < extras[host].count {
      extras[host][extra.resource].add(-extra.number)
    }
    for rule in packedVM.rules { count(rule, host, by: 1) }
    placedOn[host].append(vm)
  }

  private mutating func count(_ rule: Int, _ host: Int, by delta: Int) {
    rules[rule].total += delta
    let place = rules[rule].place[host]
    if place >= 0 { rules[rule].members[place] += delta }
  }

  /// True if the host may take the VM now: filters, counted resources, room and hard rules.
  func takes(_ vm: Int, _ host: Int) -> Bool {
    let packedVM = vms[vm]
    guard packedVM.size.fits(in: free[host]), allows(packedVM.shape, host) else { return false }
    return hasExtras(packedVM, host) && keepsRules(vm, host) && hasCell(vm, host)
  }

  /// True if the VM must stay within one NUMA cell.
  func isOneCell(_ vm: Int) -> Bool { shapes[vms[vm].shape].request.constraints.oneCell }

  /// True if `count` VMs like this one, itself included, fit into the host's cells beside those already there.
  func hasCell(_ vm: Int, _ host: Int, count: Int = 1) -> Bool {
    guard isOneCell(vm), !hosts[host].traits.cells.isEmpty else { return true }
    let there = placedOn[host].filter { $0 != vm && isOneCell($0) }.map { vms[$0].size }
    return CellPacking(hosts[host]).takes(there + Array(repeating: vms[vm].size, count: count))
  }

  /// True if hosts with equal room may differ in the room of their cells.
  var hasCells: Bool {
    shapes.contains { $0.request.constraints.oneCell } && kinds.samples.contains { !$0.traits.cells.isEmpty }
  }

  /// True if the filters allow VMs of a shape on a host.
  func allows(_ shape: Int, _ host: Int) -> Bool {
    shapes[shape].allowed[kinds.of[host]] && (shapes[shape].only < 0 || shapes[shape].only == host)
  }

  /// True if the host has enough of each counted resource for the VM.
  func hasExtras(_ packedVM: PackedVM, _ host: Int) -> Bool {
    packedVM.extras.allSatisfy { $0.resource < extras[host].count && extras[host][$0.resource] >= $0.number }
  }

  /// True if the VM on the host would break no hard rule, wherever it is now.
  func keepsRules(_ vm: Int, _ host: Int) -> Bool {
    for number in vms[vm].rules where !rules[number].rule.isSoft {
      let places = rules[number]
      let place = places.place[host]
      guard place >= 0 else { return false }
      let isHere = home[vm] >= 0 && places.place[home[vm]] == place
      let here = places.members[place] - (isHere ? 1 : 0)
      let others = places.total - (home[vm] >= 0 ? 1 : 0)
      switch places.rule.kind {
      case .apart: if here > 0 { return false }
      case .together: if others > 0, here == 0 { return false }
      case .spread: break
      }
    }
    return true
  }
}

extension PackingState {
  private mutating func shape(of request: PlacementRequest, isPlaced: Bool) -> Int {
    // VMs often come in runs of one shape.
    if let last = lastShape, request.surelyHas(shapes[last].request) { return last }
    let shape = newShape(of: request, isPlaced: isPlaced)
    lastShape = shape
    return shape
  }

  private mutating func newShape(of request: PlacementRequest, isPlaced: Bool) -> Int {
    let inputs = request.filterInputs(isPlaced: isPlaced)
    if let known = shapeNumbers[inputs] { return known }
    var verdicts = ClassVerdicts(inputs, kinds)
    shapes.append(
      Shape(
        request: inputs, allowed: kinds.samples.indices.map { verdicts.allows($0, kinds) },
        only: request.host.map { index[$0] ?? .max } ?? -1))
    shapeNumbers[inputs] = shapes.count - 1
    return shapes.count - 1
  }
}

extension PackingState {
  /// The hosts in their present state, for explanations.
  var snapshots: [HostSnapshot] {
    hosts.indices.map { position in
      var host = hosts[position]
      let before = Set(host.vms.map(\.name))
      let now = Set(placedOn[position].map { vms[$0].name })
      for name in before.subtracting(now).sorted() { host = host.removing(name) }
      for vm in placedOn[position] where !before.contains(vms[vm].name) {
        if case .admitted(let after) = host.adding(placed[vm]) { host = after }
      }
      return host
    }
  }
}

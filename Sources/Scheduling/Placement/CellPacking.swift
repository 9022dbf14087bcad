internal import Fleet

/// Decides whether VMs that must each stay within one NUMA cell fit into a host's cells together.
///
/// No VM is promised a particular cell; what counts is that a packing exists. The largest VM comes first and goes into
/// the cell that it leaves with the least memory; if that fails, other packings are tried up to a limit. VMs without
/// this constraint take nothing of any cell.
struct CellPacking {
  /// The most times that a VM is put into a cell before the search gives up.
  static let budget = 4000

  /// The size of each cell: CPUs times the overcommit ratio, and memory.
  private let cells: [Resources]

  /// The cells of a host, as a whole.
  init(_ host: HostSnapshot) {
    let ratio = host.capacity?.cpuRatio ?? 1
    cells = host.traits.cells.sorted { $0.id < $1.id }.map { cell in
      // Bounded, so that the conversion holds for any ratio.
      let vcpus = min(max(0, Double(cell.cpus.count) * ratio), 1e12)
      return Resources(vcpus: vcpus.isNaN ? 0 : Int(vcpus), memory: Int(cell.memory.bytes))
    }
  }

  /// True if VMs of these sizes fit into the cells together; their disks don't matter.
  func takes(_ sizes: [Resources]) -> Bool {
    var steps = Self.budget
    return left(by: sizes, &steps) != nil
  }

  /// What is left of each cell with VMs of these sizes in them; nil if they don't fit.
  private func left(by sizes: [Resources], _ steps: inout Int) -> [Resources]? {
    let order = sizes.map { Resources(vcpus: $0.vcpus, memory: $0.memory) }.sorted {
      ($1.memory, $1.vcpus) < ($0.memory, $0.vcpus)
    }
    let sum = order.reduce(Resources()) { $0 + $1 }
    guard sum.fits(in: cells.reduce(Resources()) { $0 + $1 }) else { return nil }
    var free = cells
    return pack(order[...], &free, &steps) ? free : nil
  }

  private func pack(_ sizes: ArraySlice<Resources>, _ free: inout [Resources], _ steps: inout Int) -> Bool {
    guard let size = sizes.first else { return true }
    var tried: Set<Resources> = []
    let fitting = free.indices.filter { size.fits(in: free[$0]) }
    for cell in fitting.sorted(by: { (free[$0].memory, free[$0].vcpus, $0) < (free[$1].memory, free[$1].vcpus, $1) }) {
      // Cells with equal free room are interchangeable.
      guard tried.insert(free[cell]).inserted else { continue }
      steps -= 1
      guard steps > 0 else { return false }
      free[cell] -= size
      if pack(sizes.dropFirst(), &free, &steps) { return true }
      free[cell] += size
    }
    return false
  }

  /// Why a host's cells cannot take a VM beside those already there; nil if they can, or if no cells are known.
  static func lack(_ request: PlacementRequest, on host: HostSnapshot) -> String? {
    guard request.constraints.oneCell, !host.traits.cells.isEmpty else { return nil }
    let packing = CellPacking(host)
    let others = host.vms.filter { $0.request.constraints.oneCell && $0.name != request.spec.name }
    let sizes = others.map { Resources($0.request.spec.reservation) }
    guard !packing.takes(sizes + [Resources(request.spec.reservation)]) else { return nil }
    let wanted = "wants \(request.spec.vcpus) and \(request.spec.memory) of one cell"
    var steps = budget
    guard let left = packing.left(by: sizes, &steps) else {
      return "\(wanted), the \(others.count) VMs that want one cell already overfill its \(packing.cells.count) cells"
    }
    let cells = left.map { "\(max(0, $0.vcpus)) and \(ByteCount(bytes: Int64(max(0, $0.memory))))" }
    let shown = cells.prefix(4).joined(separator: ", ")
    let more = cells.count > 4 ? " and \(cells.count - 4) cells more" : ""
    return "\(wanted), its cells have \(shown)\(more) left beside \(others.count) that want one cell"
  }
}

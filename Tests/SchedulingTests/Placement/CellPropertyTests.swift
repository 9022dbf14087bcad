import Fleet
import FleetTestKit
import Scheduling
import Testing

/// What must hold for VMs that stay within one NUMA cell, over hosts drawn from a seed.
@Suite("NUMA cells, over generated hosts")
struct CellPropertyTests {
  private struct Size: Hashable {
    var vcpus: Int
    var memory: Int
  }

  private static let seeds: [UInt64] = Array(1...300)

  private static func host(_ cells: [Size]) -> HostSnapshot {
    var host = HostSnapshot.sample(
      capacity: HostCapacity(vcpus: 64, memory: .gibibytes(256), disk: .gibibytes(100), cpuRatio: 1))
    host.traits.cells = cells.enumerated().map {
      NUMACell(id: $0, memory: .gibibytes(Int64($1.memory)), cpus: Array(0..<$1.vcpus))
    }
    return host
  }

  private static func vm(_ name: String, _ size: Size) -> PlacedVM {
    PlacedVM(
      PlacementRequest(
        spec: .sample(name, vcpus: size.vcpus, memory: .gibibytes(Int64(size.memory)), disk: .gibibytes(1)),
        constraints: PlacementConstraints(oneCell: true)))
  }

  private static func draw(_ source: SeededRandomSource) -> (cells: [Size], sizes: [Size]) {
    (
      (0..<source.int(in: 1...3)).map { _ in Size(vcpus: source.int(in: 2...8), memory: source.int(in: 2...8)) },
      (0..<source.int(in: 1...8)).map { _ in Size(vcpus: source.int(in: 1...4), memory: source.int(in: 1...4)) }
    )
  }

  /// True if some way to share the VMs out over the cells oversells none, found by trying all.
  private static func packs(_ sizes: ArraySlice<Size>, _ cells: [Size]) -> Bool {
    guard let size = sizes.first else { return true }
    return cells.indices.contains { cell in
      var left = cells
      left[cell].vcpus -= size.vcpus
      left[cell].memory -= size.memory
      return left[cell].vcpus >= 0 && left[cell].memory >= 0 && packs(sizes.dropFirst(), left)
    }
  }

  @Test("a VM is taken exactly if there is a way to pack it beside the others", arguments: seeds)
  func packing(_ seed: UInt64) {
    let (cells, sizes) = Self.draw(SeededRandomSource(seed: seed))
    var host = Self.host(cells)
    var there: [Size] = []
    for (number, size) in sizes.enumerated() {
      let vm = Self.vm("v\(number)", size)
      let isTaken = Placement.decide(vm.request, on: [host]).host != nil
      #expect(isTaken == Self.packs((there + [size])[...], cells), "seed \(seed), VM \(number)")
      #expect(PlacementIndex([host]).choose(vm.request)?.host == (isTaken ? host.name : nil))
      guard case .admitted(let after) = host.adding(vm) else {
        #expect(!isTaken)
        continue
      }
      #expect(isTaken)
      host = after
      there.append(size)
    }
  }

  @Test("as many fit as there is a way to pack, and a VM less never makes them fewer", arguments: seeds)
  func fits(_ seed: UInt64) {
    let (cells, sizes) = Self.draw(SeededRandomSource(seed: seed))
    let wanted = sizes[0]
    var host = Self.host(cells)
    var there: [Size] = []
    for (number, size) in sizes.dropFirst().enumerated() {
      guard case .admitted(let after) = host.adding(Self.vm("v\(number)", size)) else { continue }
      host = after
      there.append(size)
    }
    let fit = Fit.count(of: Self.vm("new", wanted).request, on: [host])
    var most = 0
    while Self.packs((there + Array(repeating: wanted, count: most + 1))[...], cells) { most += 1 }
    #expect(fit.count == most && fit.isExact, "seed \(seed)")
    for vm in host.vms {
      #expect(Fit.count(of: Self.vm("new", wanted).request, on: [host.removing(vm.name)]).count >= fit.count)
    }
  }

  @Test("who moves finds a cell where it goes, and a drain never packs a cell too full", arguments: seeds)
  func drains(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    var hosts = (1...3).map { number -> HostSnapshot in
      let (cells, sizes) = Self.draw(source)
      var host = Self.host(cells)
      host.name = "h\(number)"
      for (index, size) in sizes.enumerated() {
        if case .admitted(let after) = host.adding(Self.vm("v\(number)-\(index)", size)) { host = after }
      }
      return host
    }
    let balance = BalancePlan.plan(for: hosts)
    var after = hosts
    #expect(PlanChecks.run(balance.moves, on: &after, under: PlacementPolicy()) == nil, "seed \(seed)")
    let drain = DrainPlan.plan("h1", among: hosts)
    #expect(PlanChecks.run(drain.moves, on: &hosts, under: PlacementPolicy()) == nil, "seed \(seed)")
  }
}

import Fleet
import FleetTestKit
import Scheduling
import Store
import Testing

@testable import Coordinator

@Suite("The index that follows the fleet")
struct DecisionIndexTests {
  private static let hosts = (0..<20).map { number in
    Host.sample("h\(number)", id: .sample(UInt64(100 + number)))
  }

  @Test(
    "after any changes it has the hosts of a fresh view, and decides the same",
    arguments: 1...60 as ClosedRange<UInt64>)
  func follows(_ seed: UInt64) async throws {
    let source = SeededRandomSource(seed: seed)
    let inventory = Inventory()
    await inventory.load(hosts: Self.hosts, vms: [], reports: [:])
    // Where losses must be survived, what would go where is kept as well.
    let survive = seed % 3 == 0 ? 1 : 0
    await inventory.take(PlacementPolicy(rules: [PlacementRule(.apart, "web")], survive: survive))
    for step in 0..<40 {
      await change(inventory, source)
      guard step % 4 == 3 else { continue }
      // Also within the second in which ages stay, and with a clock that is set back.
      let now = Timestamp.sample.adding(seconds: Int64(seed % 2 == 0 ? step * 10 : [3, 3, 4, 2][step / 4 % 4]))
      let index = await inventory.index(now: now)
      let view = await inventory.view
      let anew = view.snapshots(now: now)
      #expect(index.hosts.map(Self.ageless) == anew.map(Self.ageless), "seed \(seed), step \(step)")
      let request = PlacementRequest(
        spec: .sample("new", vcpus: 1, memory: .gibibytes(1)),
        constraints: PlacementConstraints(groups: source.element(of: [[], ["web"]])))
      let decision = Placement.decide(request, on: anew, under: view.policy)
      #expect(index.decision(for: request) == decision, "seed \(seed)")
      #expect(index.brief(request) == decision, "seed \(seed)")
    }
  }

  /// How long ago a host was heard of says nothing while its reports are fresh.
  private static func ageless(_ host: HostSnapshot) -> HostSnapshot {
    var host = host
    if host.isCurrent { host.dataAgeSeconds = nil }
    return host
  }

  private func change(_ inventory: Inventory, _ source: SeededRandomSource) async {
    let host = source.element(of: Self.hosts)
    let vmID = VMID.sample(UInt64(source.int(in: 1...12)))
    switch source.int(in: 0...7) {
    case 0:
      await inventory.update(host.id) { entry in
        entry.isConnected.toggle()
        entry.libvirt = LibvirtState(isConnected: true, since: .sample)
        entry.toldOf = .sample
        entry.facts = .sample(host.name)
        entry.seenAt = .sample
      }
    case 1:
      var vm = ManagedVM.sample(.sample("vm-\(vmID)", vcpus: 1, memory: .gibibytes(1)), id: vmID, hostID: host.id)
      vm.host = host.name
      vm.revision = await (inventory.view.vms[vmID]?.revision ?? 0) + 1
      vm.constraints = PlacementConstraints(groups: source.element(of: [[], ["web"]]))
      await inventory.take(vm)
    case 2, 3: await inventory.drop(vm: vmID)
    case 4:
      let domain = ObservedDomain.unmanaged("pet-\(vmID)", id: vmID, state: source.element(of: [.running, .stopped]))
      await inventory.update(host.id) { $0.domains[vmID] = source.once(in: 3) ? nil : domain }
    case 6:
      let load = Double(source.int(in: 0...8))
      await inventory.measured(
        host.id, UsageReport(at: .sample, load: load, memoryFree: .gibibytes(1)), at: .sample)
    case 5:
      var changed = host
      changed.cordoned = source.once(in: 2)
      changed.labels = ["rack": source.element(of: ["a", "b"])]
      await inventory.take(changed)
    default:
      if source.once(in: 4) {
        await inventory.drop(host: host.id)
        await inventory.take(host)
      } else {
        var policy = await inventory.view.policy
        policy.weights = ["disk": 0.5]
        await inventory.take(policy)
      }
    }
  }

  @Test("a name is found whoever has it, and is free again once its VM is gone")
  func names() async {
    let inventory = Inventory()
    await inventory.load(hosts: [.sample()], vms: [.sample(.sample("web-1"))], reports: [:])
    await inventory.update(.sample(101)) { $0.domains[.sample(700)] = .unmanaged("pet") }
    #expect(await inventory.holder(ofName: "web-1")?.isManaged == true)
    #expect(await inventory.holder(ofName: "pet")?.owner.host == "h1")
    #expect(await inventory.holder(ofName: "pet")?.isManaged == false)
    await inventory.drop(vm: .sample(1))
    await inventory.update(.sample(101)) { $0.domains[.sample(700)] = nil }
    #expect(await inventory.holder(ofName: "web-1") == nil)
    #expect(await inventory.holder(ofName: "pet") == nil)
  }
}

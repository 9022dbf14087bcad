import Fleet
import FleetTestKit
import Testing

@testable import Coordinator

@Suite("Whoever waits is woken by what it waits for")
struct ChangeSignalsTests {
  private static let hosts = (0..<10 as Range<UInt64>).map { Host.sample("h\($0)", id: .sample($0 + 1)) }
  /// A tenth of the waiting calls and of the changed VMs is on each host.
  private static let count: UInt64 = 1_000

  private let inventory = Inventory()

  init() async {
    for host in Self.hosts {
      await inventory.take(host)
      await inventory.update(host.id) { entry in
        entry.isConnected = true
        entry.libvirt = LibvirtState(isConnected: true, since: .sample)
        entry.report(all: [], ofLibvirtSince: .sample, at: .sample)
      }
    }
  }

  private static func host(of number: UInt64) -> Host { hosts[Int(number % UInt64(hosts.count))] }

  private func report(_ number: UInt64, _ state: DomainState = .running) async {
    let domain = ObservedDomain.unmanaged("vm-\(number)", id: .sample(number), state: state)
    await inventory.update(Self.host(of: number).id) { $0.report(changed: [domain], removed: [], at: .sample) }
  }

  private func store(_ number: UInt64) async {
    let host = Self.host(of: number)
    var vm = ManagedVM.sample(.sample("vm-\(number)"), id: .sample(number), hostID: host.id)
    vm.host = host.name
    vm.allocations = Allocations(macs: [.sample(number)], vncPort: nil)
    await inventory.take(vm)
  }

  @Test("a thousand changes of other VMs wake none of a thousand waiting calls")
  func others() async {
    let waits = (0..<Self.count).map { inventory.changes(of: .sample($0 + 1), on: Self.host(of: $0 + 1).id) }
    #expect(inventory.signals.count == waits.count)
    for number in Self.count + 1...Self.count * 2 {
      await report(number)
      await store(number)
      await report(number, .stopped)
    }
    await inventory.touch()
    #expect(inventory.signals.wakeups == 0)
    // What one of them waits for wakes that one: a report, the same report again, and the row.
    await report(7)
    #expect(inventory.signals.wakeups == 1)
    await report(7)
    #expect(inventory.signals.wakeups == 1)
    await store(7)
    #expect(inventory.signals.wakeups == 2)
    for await _ in waits[6] { break }
    // A host that is lost, or whose row changes, wakes those that wait on it.
    await inventory.update(Self.hosts[0].id) { $0.isConnected = false }
    #expect(inventory.signals.wakeups == 102)
    await inventory.take(Self.hosts[1])
    #expect(inventory.signals.wakeups == 202)
    withExtendedLifetime(waits) {}
  }

  @Test("a VM that goes, and a host that goes, wake whoever waits for them")
  func gone() async {
    await report(1)
    await store(1)
    let (one, host) = (inventory.changes(of: .sample(1), on: Self.host(of: 1).id), Self.host(of: 1).id)
    let bare = inventory.changes(of: nil, on: host)
    await inventory.update(host) { $0.report(changed: [], removed: [.sample(1)], at: .sample) }
    #expect(inventory.signals.wakeups == 1)
    await inventory.drop(vm: .sample(1))
    #expect(inventory.signals.wakeups == 2)
    await inventory.drop(host: host)
    #expect(inventory.signals.wakeups == 4)
    for await _ in one { break }
    for await _ in bare { break }
  }

  @Test("whoever stops waiting is forgotten")
  func forgotten() async throws {
    let signals = inventory.signals
    do {
      let waits = (1...50 as ClosedRange<UInt64>).map { inventory.changes(of: .sample($0), on: Self.hosts[0].id) }
      #expect(signals.count == waits.count)
      await inventory.update(Self.hosts[0].id) { $0.isConnected = false }
      #expect(signals.wakeups == waits.count)
    }
    #expect(signals.count == 0)
    let stream = inventory.changes(of: nil, on: Self.hosts[0].id)
    let waiting = Task { for await _ in stream {} }
    try await eventually("it waits") { signals.count == 1 }
    waiting.cancel()
    await waiting.value
    #expect(signals.count == 0)
  }
}

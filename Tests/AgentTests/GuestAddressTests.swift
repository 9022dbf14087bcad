import Fleet
import FleetTestKit
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("The addresses of guests")
struct GuestAddressTests {
  private static let mac = MACAddress(number: 0x5254_0012_3456)

  @Test("the kernel's neighbour table is read, without what is incomplete or broken")
  func neighbours() throws {
    let mac = try #require(Self.mac)
    let table = NeighbourTable(
      parsing: """
        IP address       HW type     Flags       HW address            Mask     Device
        192.168.122.7    0x1         0x2         52:54:00:12:34:56     *        br0
        192.168.122.8    0x1         0x0         00:00:00:00:00:00     *        br0
        192.168.122.9    0x1         0x0         52:54:00:12:34:56     *        br0
        10.0.0.3         0x1         0x6         52:54:00:12:34:56     *        br1
        nonsense         0x1         0x2         52:54:00:12:34:56     *        br0
        192.168.122.10   0x1         zz          52:54:00:12:34:56     *        br0
        short line
        """)
    let other = try #require(MACAddress("52:54:00:00:00:01"))
    #expect(table.leases(of: [mac, other]).map(\.ip) == ["192.168.122.7", "10.0.0.3"])
    #expect(table.leases(of: [mac]).allSatisfy { $0.source == "arp" && $0.mac == mac })
    #expect(NeighbourTable(parsing: "").leases(of: [mac]).isEmpty)
    _ = NeighbourTable(KernelFiles())
  }

  @Test("a guest is asked aside, its answer is a change, and no look waits for it")
  func guestAgent() async throws {
    let mac = try #require(Self.mac)
    let changes = ChangeFeed()
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let asked = Mutex(0)
    let cache = GuestAddressCache(ticks: ContinuousClock(), changes: changes) { _ in
      asked.withLock { $0 += 1 }
      for await _ in gate { break }
      return [AddressLease(mac: mac, ip: "10.0.0.7", source: "agent")]
    }
    #expect(await cache.leases(of: .sample(1)).isEmpty)
    #expect(await cache.leases(of: .sample(1)).isEmpty)
    open.yield()
    #expect(await changes.next()?.domains == [.sample(1)])
    #expect(await cache.leases(of: .sample(1)).map(\.ip) == ["10.0.0.7"])
    #expect(asked.withLock { $0 } == 1)
    await cache.forget(.sample(1))
    #expect(await cache.leases(of: .sample(1)).isEmpty)
  }

  @Test("a guest that does not answer keeps the addresses it had, and delays no other")
  func silent() async throws {
    let mac = try #require(Self.mac)
    let changes = ChangeFeed()
    let cache = GuestAddressCache(ticks: ContinuousClock(), changes: changes) { id in
      if id == .sample(1) { throw FleetError(.timedOut, "the guest says nothing") }
      return [AddressLease(mac: mac, ip: "10.0.0.8", source: "agent")]
    }
    #expect(await cache.leases(of: .sample(1)).isEmpty)
    #expect(await cache.leases(of: .sample(2)).isEmpty)
    #expect(await changes.next()?.domains == [.sample(2)])
  }
}

import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

@Suite("a host's capacity")
struct CapacityTests {
  @Test("its limit is the same in SQL as in Swift for many capacities")
  func limits() async throws {
    let random = SeededRandomSource(seed: 7)
    let sizes: [Int64] = [0, 1, 1 << 20, 12_345_678_901, 1 << 40, 1 << 53, (1 << 53) + 1, 1 << 62, .max]
    let hosts = (0..<400).map { number in
      let capacity = HostCapacity(
        vcpus: random.int(in: 0...(1 << 20)), memory: ByteCount(bytes: random.element(of: sizes)),
        disk: ByteCount(bytes: random.element(of: sizes)), cpuRatio: Double(random.int(in: 1...1000)) / 10,
        memoryRatio: Double(random.int(in: 10...10000)) / 100,
        reservedMemory: ByteCount(bytes: random.element(of: sizes)))
      return Host.sample("h\(number)", id: .sample(UInt64(number)), capacity: capacity)
    }
    let fleet = try await TemporaryFleet(hosts: hosts)
    let stored = try await fleet.store.read { try $0.hosts() }
    #expect(Set(stored) == Set(hosts))
    try fleet.raw { database in
      for host in hosts {
        let row = try Row.fetchOne(
          database, sql: "SELECT limit_vcpus, limit_memory, limit_disk FROM hosts WHERE id = ?",
          arguments: [host.id.description])
        let limit = try #require(host.capacity?.limit)
        #expect(
          row == ["limit_vcpus": limit.vcpus, "limit_memory": limit.memory.bytes, "limit_disk": limit.disk.bytes],
          "\(host)")
      }
    }
  }

  @Test("a VM that does not fit is refused with the host, the rule and the numbers")
  func numbers() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1, vcpus: 6))
    let cpu = await refusal { try await fleet.create(.numbered(2, vcpus: 4)) }
    #expect(cpu?.code == .noHostFits)
    #expect(cpu?.refusals == [Refusal(host: "h1", rule: "vcpus", detail: "wants 4, 2 of 8 is free")])
    let memory = await refusal { try await fleet.create(.numbered(2, memory: .gibibytes(16))) }
    #expect(memory?.refusals == [Refusal(host: "h1", rule: "memory", detail: "wants 16GiB, 15GiB of 16GiB is free")])
    let disk = await refusal { try await fleet.create(.numbered(2, disk: .gibibytes(300))) }
    #expect(disk?.refusals == [Refusal(host: "h1", rule: "disk", detail: "wants 300GiB, 200GiB of 200GiB is free")])
    #expect(try await fleet.store.read { try $0.vms().map(\.spec.name) } == ["vm-1"])
    #expect(try await fleet.store.read { try $0.macEntries(includeRetired: true).count } == 1)
  }

  @Test("a host that has not reported takes no VM")
  func unreported() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: nil)])
    #expect(await refusal { try await fleet.create(.numbered(1)) }?.code == .noHostFits)
  }

  @Test("a host may be lowered below what is reserved, and then takes no more but lets go")
  func lowered() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1, vcpus: 4))
    try await fleet.create(.numbered(2, vcpus: 4))
    try await fleet.store.commit { transaction throws in
      var host = Host.sample()
      host.capacity = HostCapacity(vcpus: 2, memory: .gibibytes(1), disk: .zero)
      try transaction.updateHost(host)
    }
    #expect(await refusal { try await fleet.create(.numbered(3)) }?.code == .noHostFits)
    // What stays or shrinks stands, also on a host that is full.
    try await fleet.store.commit { transaction throws in
      var vm = try #require(try transaction.vm(.sample(1)))
      vm.power = .stopped
      vm.revision += 1
      try transaction.updateVM(vm)
      vm.spec.vcpus = 3
      try transaction.updateVM(vm)
    }
    let grown = await refusal {
      try await fleet.store.commit { transaction throws in
        var vm = try #require(try transaction.vm(.sample(1)))
        vm.spec.vcpus = 4
        try transaction.updateVM(vm)
      }
    }
    #expect(grown?.code == .noHostFits)
    try await fleet.store.commit { try $0.destroy(.sample(2), at: .sample) }
    #expect(try await fleet.store.read { try $0.reserved(on: .sample(101)).vcpus } == 3)
  }

  @Test("a move carries the reservation and the owner's host along")
  func moved() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(), .sample("h2", id: .sample(102))])
    try await fleet.create(.numbered(1, vcpus: 4))
    try await fleet.store.commit { transaction throws in
      var vm = try #require(try transaction.vm(.sample(1)))
      (vm.hostID, vm.host) = (.sample(102), "h2")
      try transaction.updateVM(vm)
    }
    let (here, there, mac, port) = try await fleet.store.read { reader throws in
      (
        try reader.reserved(on: .sample(101)), try reader.reserved(on: .sample(102)),
        try reader.macHolder(.numbered(1)), try reader.portHolder(5901)
      )
    }
    #expect(here == Reservation())
    #expect(there.vcpus == 4)
    #expect(mac?.owner.host == "h2")
    #expect(port?.host == "h2")
  }
}

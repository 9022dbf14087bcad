import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Synchronization
import Testing

@testable import Coordinator

/// Lists of a fleet that no single message could hold.
@Suite("Lists in pages")
struct PagedListTests {
  private static let hosts = 6
  private static let vmsOfHost = 100

  /// Puts hosts that are silent and their VMs into the database of a coordinator that is stopped.
  private func fill(_ coordinator: TestCoordinator) async throws {
    let store = try FleetStore.open(at: coordinator.directory.database)
    for number in 0..<Self.hosts {
      let host = Host.sample(
        "host-\(100 + number)", id: .sample(1000 + UInt64(number)),
        capacity: HostCapacity(vcpus: 1 << 20, memory: .gibibytes(1 << 20), disk: .gibibytes(1 << 20)))
      try await store.commit { transaction in
        try transaction.insertHost(host)
        for index in 0..<Self.vmsOfHost {
          let serial = UInt64(number * Self.vmsOfHost + index)
          var spec = VMSpec.sample("vm-\(index)-\(number)")
          spec.labels = ["rack": "r\(number % 10)"]
          spec.vnc = nil
          let vm = ManagedVM.sample(
            spec, id: .sample(100_000 + serial), hostID: host.id, host: host.name, firstMAC: 16 + serial)
          try transaction.insertVM(vm)
          for mac in vm.allocations.macs { try transaction.allocateMAC(mac, to: vm, source: "pool", at: .sample) }
        }
      }
    }
    try store.close()
  }

  /// What one listing gave.
  private struct Answer: Sendable {
    var names: [String] = []
    var ids: Set<String> = []
    var pages = 0
    var largest = 0
  }

  private func list(
    _ coordinator: TestCoordinator, _ request: Roost_V1_ListVMsRequest,
    between: @Sendable @escaping () async throws -> Void = {}
  ) async throws -> Answer {
    try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(request.inPages, options: .defaults) { response in
        var answer = Answer()
        for try await page in response.messages {
          if answer.pages == 0 { try await between() }
          answer.pages += 1
          answer.largest = max(answer.largest, try (page.serializedBytes() as [UInt8]).count)
          answer.names += page.vms.map(\.name)
          answer.ids.formUnion(page.vms.map(\.id))
        }
        return answer
      }
    }
  }

  @Test("a list arrives whole and in order while VMs are renamed and removed")
  func changing() async throws {
    try await TestCoordinator.with { coordinator in
      let pets = try await coordinator.readyHost(
        "pets", with: .unmanaged("zoe", id: .sample(9), macs: [MACAddress(number: 0x0200_0000_0001)].compactMap { $0 }))
      await pets.disconnect()
      await coordinator.stop()
      try await fill(coordinator)
      try await coordinator.start()
      try await pets.reconnect()
      try await coordinator.waitUntilReady("pets")
      let all = Self.hosts * Self.vmsOfHost + 1
      let answer = try await list(coordinator, .with { $0.pageSize = 50 }) {
        // While the pages come, the last VM gets the first name, and one goes.
        await pets.tell(.unmanaged("aaa", id: .sample(9)))
        try await eventually("the VM has its new name") { try await coordinator.vm("aaa").host == "pets" }
        _ = try await coordinator.local { client in
          try await Roost_V1_VMs.Client(wrapping: client).forget(
            .with {
              $0.requestID = RequestID(from: coordinator.random).description
              $0.vm = "vm-99-5"
              $0.confirmedName = "vm-99-5"
            })
        }
      }
      #expect(answer.names.count == all)
      #expect(answer.ids.count == all)
      #expect(answer.names == answer.names.sorted())
      #expect(answer.names.last == "zoe" && answer.names.contains("vm-99-5"))
      #expect(answer.pages == (all + 49) / 50)
      #expect(answer.largest <= 1 << 20)
      // The next list shows what changed.
      let large = try await list(coordinator, .with { $0.pageSize = .max })
      #expect(large.names.count == all - 1)
      #expect(large.names.first == "aaa" && !large.names.contains("vm-99-5"))
      #expect(large.largest <= 1 << 20)
      try await chosen(coordinator)
      try await others(coordinator)
      await pets.disconnect()
    }
  }

  /// What a call has written.
  private final class Pages: RPCWriterProtocol, Sendable {
    let written = Mutex<[Roost_V1_ListVMsResponse]>([])

    func write(_ element: Roost_V1_ListVMsResponse) async throws { written.withLock { $0.append(element) } }
    func write(contentsOf elements: some Sequence<Roost_V1_ListVMsResponse>) async throws {
      for element in Array(elements) { try await write(element) }
    }
  }

  @Test("60,000 VMs are listed whole and in order, and no message is above 1 MiB")
  func large() async throws {
    try await TestCoordinator.with { coordinator in
      var view = FleetView()
      for number in 0..<60 as Range<UInt64> {
        let host = Host.sample("host-\(number)", id: .sample(1000 + number))
        view.replace(HostEntry(host: host))
        for index in 0..<1000 as Range<UInt64> {
          let serial = number * 1000 + index
          let vm = ManagedVM.sample(
            .sample("vm-\(index)-\(number)"), id: .sample(100_000 + serial), hostID: host.id, host: host.name,
            firstMAC: serial, vncPort: nil)
          view.replace(vm)
        }
      }
      let listing = VMListing(view, on: nil, among: nil, try VMFilter(.init()))
      let details = listing.details(try await coordinator.stored { try listing.records($0) })
      let pages = Pages()
      var writer = PageWriter(.max, to: RPCWriter<Roost_V1_ListVMsResponse>(wrapping: pages))
      for entry in listing.entries {
        if let row = listing.row(of: entry, details) { try await writer.add(row.message, to: \.vms) }
      }
      try await writer.end()
      let written = pages.written.withLock { $0 }
      let names = written.flatMap { $0.vms.map(\.name) }
      #expect(names.count == 60_000)
      #expect(names == Set(names).sorted())
      #expect(written.count > 1)
      for page in written { #expect(try (page.serializedBytes() as [UInt8]).count <= 1 << 20) }
    }
  }

  /// A client that reads a page whenever it is told to.
  private final class SlowReader: RPCWriterProtocol, Sendable {
    let (reads, read) = AsyncStream.makeStream(of: Void.self)
    let begun = Mutex(0)

    func write(_ element: Roost_V1_ListVMsResponse) async throws {
      begun.withLock { $0 += 1 }
      for await _ in reads { return }
      throw CancellationError()
    }
    func write(contentsOf elements: some Sequence<Roost_V1_ListVMsResponse>) async throws {
      for element in Array(elements) { try await write(element) }
    }
  }

  @Test("a client that does not read its pages ends the call, a slow one does not")
  func stalled() async throws {
    let (ticks, reader) = (ManualTicks(), SlowReader())
    let writing = Task {
      let response = RPCWriter<Roost_V1_ListVMsResponse>(wrapping: reader)
      var pages = PageWriter(1, to: response) { try await ticks.sleep(for: $0) }
      for number in 0..<5 { try await pages.add(.with { $0.name = "vm-\(number)" }, to: \.vms) }
      try await pages.end()
    }
    for number in 1...5 {
      try await eventually("page \(number) waits") { reader.begun.withLock { $0 } == number && ticks.sleeping == 1 }
      ticks.advance(by: PageLimit.patience - .seconds(1))
      #expect(ticks.sleeping == 1)
      if number < 5 { reader.read.yield() }
    }
    ticks.advance(by: .seconds(1))
    let error = await #expect(throws: FleetError.self) { try await writing.value }
    #expect(error?.code == .timedOut && error?.message.contains("has not read") == true)
  }

  @Test("a client of the first releases, which expects one message of a listing, gets it")
  func old() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost("h1", with: .unmanaged())
      let methods = [
        Roost_V1_VMs.Method.List.descriptor, Roost_V1_Hosts.Method.List.descriptor,
        Roost_V1_Hosts.Method.ListNetworks.descriptor, Roost_V1_Hosts.Method.ListPools.descriptor,
        Roost_V1_Addresses.Method.ListMACs.descriptor, Roost_V1_Addresses.Method.ListPorts.descriptor,
        Roost_V1_Operations.Method.List.descriptor, Roost_V1_Certificates.Method.List.descriptor,
        Roost_V1_Usage.Method.List.descriptor, Roost_V1_Planning.Method.GetFleet.descriptor,
        Roost_V1_Settling.Method.Show.descriptor,
      ]
      for method in methods {
        let answer = try await coordinator.local { client in
          try await client.unary(
            request: ClientRequest(message: [UInt8]()), descriptor: method, serializer: RawCall(),
            deserializer: RawCall(), options: .defaults
          ) { try $0.message }
        }
        guard method == Roost_V1_VMs.Method.List.descriptor else { continue }
        #expect(try Roost_V1_ListVMsResponse(serializedBytes: answer).vms.map(\.name) == ["pet"])
      }
      await agent.disconnect()
    }
  }

  /// Each filter alone and with others, chosen by the coordinator.
  private func chosen(_ coordinator: TestCoordinator) async throws {
    func count(_ change: (inout Roost_V1_ListVMsRequest) -> Void) async throws -> Int {
      try await list(coordinator, .with(change)).names.count
    }
    #expect(try await count { $0.host = "host-101" } == Self.vmsOfHost)
    #expect(try await count { $0.labels = ["rack=r3"] } == Self.vmsOfHost)
    #expect(try await count { $0.name = "vm-7-*" } == Self.hosts)
    #expect(try await list(coordinator, .with { ($0.name, $0.host) = ("vm-7?-*", "host-105") }).names.count == 10)
    #expect(try await list(coordinator, .with { ($0.name, $0.managed) = ("*a", "no") }).names == ["aaa"])
    #expect(try await list(coordinator, .with { $0.mac = "02:00:00:00:00:10" }).names == ["vm-0-0"])
    let names = try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(.with { ($0.namesOnly, $0.host) = (true, "host-104") }).vms
    }
    #expect(names.count == Self.vmsOfHost)
    #expect(names.allSatisfy { !$0.name.isEmpty && !$0.id.isEmpty && $0.host == "host-104" && $0.state.isEmpty })
  }

  /// The other listings of the same fleet.
  private func others(_ coordinator: TestCoordinator) async throws {
    let macs = try await coordinator.ledger { addresses in
      try await addresses.listMACs(Roost_V1_ListMACsRequest().inPages, options: .defaults) { response in
        var (macs, largest) = ([String](), 0)
        for try await page in response.messages {
          macs += page.macs.map(\.mac)
          largest = max(largest, try (page.serializedBytes() as [UInt8]).count)
        }
        return (macs: macs, largest: largest)
      }
    }
    #expect(macs.macs.count >= Self.hosts * Self.vmsOfHost)
    #expect(macs.macs == Set(macs.macs).sorted())
    #expect(macs.largest <= 1 << 20)
    let ofHost = try await coordinator.ledger { try await $0.listMACs(.with { $0.host = "host-105" }).macs }
    #expect(ofHost.count == Self.vmsOfHost)
    let fleet = try await coordinator.local { client in
      try await Roost_V1_Planning.Client(wrapping: client).getFleet(
        Roost_V1_GetPlanningFleetRequest().inPages, options: .defaults
      ) { response in
        var (hosts, vms, largest, policies) = (0, 0, 0, 0)
        for try await page in response.messages {
          hosts += page.hosts.count
          vms += page.hosts.reduce(0) { $0 + $1.vms.count }
          largest = max(largest, try (page.serializedBytes() as [UInt8]).count)
          policies += page.hasPolicy ? 1 : 0
        }
        return (hosts: hosts, vms: vms, largest: largest, policies: policies)
      }
    }
    #expect(fleet.hosts == Self.hosts + 1)
    #expect(fleet.policies == 1)
    #expect(fleet.largest <= 1 << 20)
    let hosts = try await coordinator.local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).list(.with { $0.name = "host-10?" }).hosts.map(\.name)
    }
    #expect(hosts == (100..<106).map { "host-\($0)" })
    let usage = try await coordinator.local { client in
      try await Roost_V1_Usage.Client(wrapping: client).list(.with { ($0.hostsOnly, $0.limit) = (true, 3) })
    }
    #expect(usage.vms.isEmpty && usage.hosts.count == 3)
  }
}

import Testing

@testable import Libvirt

@Suite("Statistics")
struct DomainStatsTests {
  @Test("one call tells of every domain, also where not waiting is unknown")
  func bulk() throws {
    let connection = try TestDriver.open()
    let idle = try connection.define(xml: TestDriver.domain(named: "idle"))
    for nowait in [true, false] {
      let stats = try connection.allDomainStats(nowait: nowait)
      #expect(stats.count == 2)
      #expect(stats.first { $0.identity == idle.identity }?.status?.state == .shutOff)
      #expect(stats.first { $0.identity.name == "running" }?.status?.state == .running)
    }
    #expect(try connection.allDomainStats(nowait: true, .active).map(\.identity.name) == ["running"])
  }

  @Test("libvirt's names become values with units")
  func names() {
    let stats = DomainStats(
      identity: Identity(name: "a", uuid: "b"),
      TypedParameters(
        numbers: [
          "state.state": 3, "state.reason": 5, "cpu.time": 12, "balloon.current": 2, "balloon.maximum": 4,
          "balloon.rss": 3, "vcpu.current": 2, "vcpu.maximum": 8, "block.count": 2, "block.0.rd.bytes": 10,
          "block.0.wr.bytes": 20, "block.0.capacity": 30, "block.0.allocation": 40, "block.0.physical": 50,
          "net.count": 1, "net.0.rx.bytes": 60, "net.0.tx.bytes": 70,
        ],
        texts: [
          "block.0.name": "vda", "block.0.path": "/a.qcow2", "block.1.name": "sda", "net.0.name": "vnet0",
        ]))
    #expect(stats.status?.state == .paused)
    #expect(stats.status?.reason == .ioError)
    #expect(stats.cpuTimeNanoseconds == 12)
    #expect(stats.balloonCurrentBytes == 2048)
    #expect(stats.balloonMaximumBytes == 4096)
    #expect(stats.residentBytes == 3072)
    #expect(stats.vcpus == 2)
    #expect(stats.maximumVCPUs == 8)
    #expect(stats.blocks.map(\.name) == ["vda", "sda"])
    #expect(stats.blocks[0].writtenBytes == 20)
    #expect(stats.blocks[0].physicalBytes == 50)
    #expect(stats.blocks[1].path == nil)
    #expect(stats.interfaces == [.init(name: "vnet0", receivedBytes: 60, sentBytes: 70)])
  }

  @Test("absurd numbers neither trap nor make endless lists")
  func absurd() {
    let stats = DomainStats(
      identity: Identity(name: "a", uuid: "b"),
      TypedParameters(
        numbers: [
          "state.state": .max, "balloon.current": .max, "vcpu.current": .max, "block.count": .max,
          "net.count": .max,
        ]))
    #expect(stats.status?.state == .unknown(.max))
    #expect(stats.balloonCurrentBytes == .max)
    #expect(stats.vcpus == .max)
    #expect(stats.blocks.isEmpty)
    #expect(stats.interfaces.isEmpty)
  }
}

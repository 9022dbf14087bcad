import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import Testing

/// Every value that travels comes back as it was.
@Suite("Round trips over the wire")
struct RoundTripTests {
  /// Sends a value there and back a few hundred times, through its bytes.
  private func check<Value: MessageDecodable & Equatable>(
    _ make: (RandomValues) -> Value, _ write: (Value) -> Value.Message,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for seed in 0..<200 as Range<UInt64> {
      let value = make(RandomValues(seed: seed))
      let back = try Value(write(value))
      #expect(back == value, "seed \(seed)", sourceLocation: sourceLocation)
    }
  }

  @Test("a VM's spec")
  func spec() throws { try check({ $0.spec() }, \.message) }

  @Test("allocations, images and decisions")
  func parts() throws {
    try check({ $0.allocations() }, \.message)
    try check({ $0.image() }, \.message)
    try check({ $0.decision() }, \.message)
  }

  @Test("what a VM asks of hosts, and what the fleet asks of every placement")
  func placement() throws {
    try check({ $0.constraints() }, \.message)
    try check({ $0.policy() }, \.message)
  }

  @Test("an error with its code, hint, operation and refusals")
  func error() throws { try check({ $0.error() }, \.failureMessage) }

  @Test("what an agent sees of its host")
  func facts() throws { try check({ $0.facts() }, \.message) }

  @Test("what an agent sees of a domain")
  func domain() throws { try check({ $0.domain() }, \.message) }

  @Test("what an agent is to do, and how it went")
  func actions() throws {
    try check({ $0.action() }, \.message)
    try check(
      { values in
        ActionResult(
          id: values.id(), failure: values.maybe { values.error() }, domain: values.maybe { values.domain() },
          notes: values.list { values.text() }, seenAt: values.maybe { values.moment() })
      }, \.message)
  }

  @Test("a start, its judgement, and the policy that judges")
  func starts() throws {
    try check({ $0.start() }, \.message)
    try check({ $0.verdict() }, \.message)
    try check({ $0.outOfBandPolicy() }, \.message)
    try check({ $0.startCounts() }, \.message)
  }

  @Test("a question to an agent, and its answer")
  func queries() throws {
    try check({ $0.query() }, \.message)
    try check({ $0.answer() }, \.message)
  }

  @Test("an operation as people see it")
  func operation() throws { try check({ $0.operation() }, \.message) }

  @Test("an event")
  func event() throws {
    try check(
      { values in
        FleetEvent(
          number: Int64(values.count()), at: values.moment(), kind: values.text(), subject: values.text(),
          message: values.text())
      }, \.eventMessage)
  }

  @Test("VMs, hosts and addresses as listings show them")
  func listings() throws {
    try check({ $0.vm() }, \.message)
    try check({ $0.host() }, \.message)
    try check({ $0.macEntry() }, \.message)
    try check({ $0.portEntry() }, \.message)
    try check({ $0.macReport() }, \.message)
    for seed in 0..<200 as Range<UInt64> {
      let status = try RandomValues(seed: seed).poolStatus()
      #expect(try MACPoolStatus(status.message) == status, "seed \(seed)")
    }
  }

  @Test("what an agent measured, and what people see of it")
  func usage() throws {
    try check({ $0.usageReport() }, \.message)
    try check({ $0.usage() }, \.message)
  }

  @Test("statistics and the state of libvirt")
  func statistics() throws {
    try check(
      { values in
        DomainStatistics(
          id: values.id(), cpuTimeNanoseconds: values.source.next() >> 2, memoryUsed: values.memory(),
          blockReadBytes: values.source.next() >> 2, blockWriteBytes: 0, netReceivedBytes: 1,
          netSentBytes: values.source.next() >> 2)
      }, \.message)
    try check(
      { values in
        LibvirtState(isConnected: values.flag(), since: values.moment(), detail: values.text())
      }, \.message)
  }

  @Test("the high-water marks of an agent's first message")
  func highWater() throws {
    var cursors = PoolCursors()
    cursors.raise(try MACRange(parsing: "02:16:3e"), to: PoolCursors.highest)
    cursors.raise(try MACRange(parsing: "02:00:00:00:00:01"), to: 3)
    let marks = HighWaterMarks(epoch: 7, incarnation: "i", macCursor: .max, poolCursors: cursors, lastEvent: 11)
    var hello = Roost_V1_Hello()
    marks.write(to: &hello)
    #expect(try HighWaterMarks(hello) == marks)
    hello.poolCursors = [:]
    #expect(
      try HighWaterMarks(hello).poolCursors == PoolCursors(), "an agent of an earlier release says nothing of pools")
    for (range, cursor) in [("x", 1), ("02:16:3e", PoolCursors.highest + 1)] {
      hello.poolCursors = [range: cursor]
      #expect(throws: FleetError.self) { try HighWaterMarks(hello) }
    }
  }
}

import Fleet
import FleetTestKit
import GRPCCore
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator

/// What a host's certificate opens: its own VMs' images and tunnels, and nobody else's.
@Suite("What a host may reach of another")
struct HostBordersTests {
  @Test("an agent fetches the image of a VM of its own host, and of no other's")
  func images() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = ["h1": try await coordinator.host("h1"), "h2": try await coordinator.host("h2")]
      for (name, agent) in agents {
        try await agent.connect()
        try await coordinator.waitUntilReady(name)
      }
      let image = try await coordinator.local { client in
        try await Roost_V1_Images.Client(wrapping: client).create(
          .with {
            $0.requestID = RequestID(from: coordinator.random).description
            $0.name = "base"
            $0.format = "raw"
            $0.sizeBytes = 1 << 20
          }
        ).image
      }
      var spec = VMSpec.sample()
      spec.disks = [DiskSpec(target: "vda", source: .overlay(ImageRef(name: "base")))]
      _ = try await coordinator.ended(try await coordinator.create(spec).operation)
      let home = try await coordinator.vm("web-1").host
      for (name, agent) in agents {
        if name == home {
          try await fetch(image.id, agent, coordinator)
        } else {
          let refusal = await #expect(throws: FleetError.self) { try await fetch(image.id, agent, coordinator) }
          #expect(refusal?.code == .denied)
        }
        await agent.disconnect()
      }
    }
  }

  @Test("a tunnel is for the agent of the host that was asked to open it")
  func tunnels() async throws {
    let broker = TunnelBroker()
    let (id, mine, other) = (UniqueID(high: 1, low: 2), HostID.sample(1), HostID.sample(2))
    let end = TunnelEnd(writer: RPCWriter(wrapping: Nowhere()), stop: {})
    async let far = broker.meetAgent(id, on: mine, near: end, timeout: .seconds(20)) {}
    try await eventually("the right agent is let in, the wrong one never") {
      let wrong = await #expect(throws: FleetError.self) { try await broker.meetOperator(id, from: other, far: end) }
      #expect(wrong?.code == .notFound)
      return (try? await broker.meetOperator(id, from: mine, far: end)) != nil
    }
    _ = try await far
  }

  @Test("a tunnel its host can't be asked for fails at once, however soon that is known")
  func unaskedTunnel() async throws {
    let end = TunnelEnd(writer: RPCWriter(wrapping: Nowhere()), stop: {})
    let error = await #expect(throws: FleetError.self) {
      try await TunnelBroker().meetAgent(
        UniqueID(high: 1, low: 3), on: .sample(1), near: end, timeout: .seconds(3600)
      ) { throw FleetError(.unreachable, "the host's agent is not connected") }
    }
    #expect(error?.code == .unreachable)
  }

  @Test("a tunnel that says nothing is closed in seconds, one that has spoken stays")
  func silentTunnel() async throws {
    let ticks = ManualTicks()
    let end = TunnelEnd(writer: RPCWriter(wrapping: Nowhere()), stop: {})
    for speaks in [false, true] {
      let (frames, tell) = AsyncThrowingStream.makeStream(of: Roost_V1_TunnelFrame.self)
      let (met, meets) = AsyncStream.makeStream(of: Void.self)
      let tunnel = Task {
        let frames = RPCAsyncSequence(wrapping: frames)
        try await TunnelPump.run(frames, sleep: { try await ticks.sleep(for: $0) }) { _, _ in
          meets.finish()
          return end
        }
      }
      try await eventually("it waits for the first frame") { ticks.sleeping == 1 }
      if speaks {
        tell.yield(.with { $0.tunnelID = "1" })
        for await _ in met {}
        try await eventually("nothing ends it any more") { ticks.sleeping == 0 }
      }
      ticks.advance(by: .seconds(14))
      #expect(ticks.sleeping == (speaks ? 0 : 1))
      ticks.advance(by: .seconds(3600))
      if speaks { tell.finish() }
      let failure = await #expect(throws: FleetError.self) {
        try await tunnel.value
        throw FleetError(.cancelled, "it has ended by itself")
      }
      #expect(failure?.code == (speaks ? .cancelled : .timedOut))
    }
  }

  private func fetch(_ image: String, _ agent: FakeAgent, _ coordinator: TestCoordinator) async throws {
    try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
      let link = Roost_V1_AgentLink.Client(wrapping: client)
      let bytes = try await link.fetchImage(.with { $0.imageID = image }) { response in
        try await response.messages.reduce(0) { $0 + $1.data.count }
      }
      #expect(bytes == 1 << 20)
    }
  }

  private struct Nowhere: RPCWriterProtocol {
    func write(_ element: Roost_V1_TunnelFrame) async throws {}
    func write(contentsOf elements: some Sequence<Roost_V1_TunnelFrame>) async throws {}
  }
}

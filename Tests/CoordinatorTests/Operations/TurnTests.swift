import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Changes that are made one at a time")
struct TurnTests {
  private let home: TemporaryDirectory
  private let random = SeededRandomSource(seed: 3)
  private let clock = ManualClock()
  private let life: LedgerLife

  init() async throws {
    home = try TemporaryDirectory()
    let store = try FleetStore.create(at: home.path + "/fleet.sqlite", identity: .ledger)
    life = try await LedgerLife(store, random, clock)
  }

  private func blocking() -> Roost_V1_SetPolicyRequest {
    .with {
      $0.requestID = RequestID(from: random).description
      $0.outOfBand = "block"
    }
  }

  @Test("a call that is cancelled while it waits changes nothing; the next has its turn")
  func cancelled() async throws {
    let lock = AsyncSemaphore(1)
    let handler = OutOfBandPolicyHandler(
      store: life.store, inventory: life.inventory, sessions: life.streamHandler.sessions,
      starts: life.streamHandler.starts, clock: clock, lock: lock)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let holder = Task {
      try await lock.pass {
        begin.yield()
        for await _ in gate {}
      }
    }
    for await _ in begun { break }
    let request = blocking()
    let waiting = Task { try await handler.change(request) }
    try await eventually("it waits") { lock.waiting == 1 }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(lock.waiting == 0)
    open.finish()
    try await holder.value
    let id = try #require(RequestID(request.requestID))
    let (rule, stored) = try await life.store.read { (try $0.outOfBandPolicy().outOfBand, try $0.request(id)) }
    #expect(rule != .block && stored == nil)
    #expect(try await handler.change(request).policy.outOfBand == "block")
  }
}

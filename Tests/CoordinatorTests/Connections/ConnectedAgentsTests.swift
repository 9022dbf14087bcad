import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Asking agents")
struct ConnectedAgentsTests {
  private let ticks = ManualTicks()
  private let sessions: ConnectedAgents

  init() {
    sessions = ConnectedAgents(random: SeededRandomSource(seed: 5)) { [ticks] in try await ticks.sleep(for: $0) }
  }
  private let host = HostID.sample(1)

  /// A session whose agent was welcomed.
  private func welcomed() async -> AgentConnection {
    let session = await sessions.session(for: host)
    #expect(await sessions.admit(session)?.place == nil)
    var incoming = session.outgoing.makeAsyncIterator()
    #expect(session.welcome(.with { $0.welcome = .init() }))
    _ = await incoming.next()
    return session
  }

  /// Begins to ask, and returns the question as it went out.
  private func ask(
    _ session: AgentConnection, limit: Duration = .seconds(60)
  ) async throws -> (HostQuery, Task<[FileStatus], any Error>) {
    let asking = Task { try await sessions.files(["/a"], on: host, within: limit) }
    for await message in session.outgoing { return (try HostQuery(message.query), asking) }
    throw FleetError(.internal, "nothing was sent")
  }

  private func answer(_ query: HostQuery, _ path: String = "/a") -> HostAnswer {
    HostAnswer(id: query.id, result: .success(.files([FileStatus(path: path, kind: .regular)])))
  }

  @Test("an answer reaches the one who asked, and only from the host that was asked")
  func answered() async throws {
    let session = await welcomed()
    let (query, asking) = try await ask(session)
    #expect(query.content == .files(["/a"]))
    await sessions.finish(
      HostAnswer(id: query.id, result: .failure(FleetError(.internal, "from another host"))), from: .sample(2))
    await sessions.finish(answer(query), from: host)
    #expect(try await asking.value == [FileStatus(path: "/a", kind: .regular)])
    // A repeat finds nobody who waits.
    await sessions.finish(answer(query), from: host)
  }

  @Test("what the host answers instead is thrown, and so is an answer to another question")
  func refused() async throws {
    let session = await welcomed()
    let (first, asking) = try await ask(session)
    await sessions.finish(HostAnswer(id: first.id, result: .failure(FleetError(.exhausted, "busy"))), from: host)
    let error = await #expect(throws: FleetError.self) { try await asking.value }
    #expect(error == FleetError(.exhausted, "busy"))
    let (second, again) = try await ask(session)
    await sessions.finish(answer(second, "/b"), from: host)
    let other = await #expect(throws: FleetError.self) { try await again.value }
    #expect(other?.code == .internal)
  }

  @Test("an agent that goes, or is not there, is unreachable at once")
  func gone() async throws {
    let absent = await #expect(throws: FleetError.self) {
      try await sessions.files(["/a"], on: host, within: .seconds(60))
    }
    #expect(absent?.code == .unreachable)
    let session = await welcomed()
    let (_, asking) = try await ask(session)
    _ = await sessions.close(session)
    let error = await #expect(throws: FleetError.self) { try await asking.value }
    #expect(error?.code == .unreachable && error?.retryable == true)
  }

  @Test("a silent agent is given up after the limit, and its late answer is dropped")
  func silent() async throws {
    let session = await welcomed()
    let (query, asking) = try await ask(session)
    try await eventually("the limit runs") { ticks.sleeping == 1 }
    ticks.advance(by: .seconds(59))
    #expect(ticks.sleeping == 1)
    ticks.advance(by: .seconds(1))
    let error = await #expect(throws: FleetError.self) { try await asking.value }
    #expect(error?.code == .timedOut && error?.retryable == true)
    await sessions.finish(answer(query), from: host)
  }

  @Test("one who does not want to know any more stops waiting")
  func cancelled() async throws {
    let session = await welcomed()
    let (_, asking) = try await ask(session)
    asking.cancel()
    await #expect(throws: CancellationError.self) { try await asking.value }
  }

  @Test("nothing goes to an agent that was not welcomed yet")
  func unwelcomed() async throws {
    let session = await sessions.session(for: host)
    _ = await sessions.admit(session)
    await sessions.tellAll(.with { $0.startPolicy = .init() })
    let error = await #expect(throws: FleetError.self) { try await sessions.tell(host, .with { $0.query = .init() }) }
    #expect(error?.code == .unreachable)
    #expect(session.welcome(.with { $0.welcome = .init() }))
    for await message in session.outgoing {
      guard case .welcome = message.content else { Issue.record("\(message) came first"); return }
      return
    }
  }

  @Test("a second machine with a host's identity is refused while the host itself speaks")
  func rivals() async throws {
    let first = await sessions.session(for: host)
    first.introduce(.init(boot: "a", nonce: "1", place: "h1"))
    #expect(await sessions.admit(first)?.place == nil)
    let rival = await sessions.session(for: host)
    rival.introduce(.init(boot: "b", nonce: "2", place: "a copy"))
    #expect(await sessions.admit(rival)?.place == "h1")
    #expect(await sessions.close(rival) == false)
    let again = await sessions.session(for: host)
    again.introduce(.init(boot: "a", nonce: "3", place: "h1"))
    #expect(await sessions.admit(again)?.place == nil)
    #expect(await sessions.close(first) == false)
    #expect(await sessions.close(again))
    #expect(await sessions.admit(rival)?.place == nil)
  }

  @Test("an agent that does not say which boot it is of replaces no agent that speaks")
  func nameless() async throws {
    for boot in ["a", ""] {
      let sessions = ConnectedAgents(random: SeededRandomSource(seed: 1))
      let first = await sessions.session(for: host)
      first.introduce(.init(boot: boot, nonce: "1", place: "h1"))
      #expect(await sessions.admit(first) == nil)
      let nameless = await sessions.session(for: host)
      nameless.introduce(.init(boot: "", nonce: "2", place: "nowhere"))
      #expect(await sessions.admit(nameless)?.place == "h1")
    }
  }

  private func perform(
    _ limit: Duration, _ session: AgentConnection
  ) async throws -> (AgentAction, Task<ActionResult, any Error>) {
    let action = AgentAction(id: .sample(9), epoch: 1, work: .network("default", active: true))
    let performing = Task { try await sessions.perform(action, on: host, within: limit) { _, _ in } }
    for await message in session.outgoing { return (try AgentAction(message.action), performing) }
    throw FleetError(.internal, "nothing was sent")
  }

  @Test("an action without word is given up after the limit, its late result dropped")
  func silentAction() async throws {
    let session = await welcomed()
    let (action, performing) = try await perform(.seconds(60), session)
    let result = try await ticks.run(by: .seconds(60)) { await performing.result }
    let error = #expect(throws: FleetError.self) { try result.get() }
    #expect(error?.code == .timedOut && error?.retryable == true)
    await sessions.finish(ActionResult(id: action.id, failure: nil, domain: nil), from: host)
  }

  @Test("an action that makes progress is waited for longer than the limit")
  func progress() async throws {
    let session = await welcomed()
    let (action, performing) = try await perform(.seconds(60), session)
    for _ in 0..<12 {
      try await eventually("the limit runs anew") { ticks.sleeping == 1 }
      await sessions.progress(action.id, step: "copy", fraction: nil, from: host)
      ticks.advance(by: .seconds(60))
    }
    await sessions.finish(ActionResult(id: action.id, failure: nil, domain: nil), from: host)
    #expect(try await performing.value.failure == nil)
  }
}

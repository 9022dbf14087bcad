package import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import PKI
import RoostAPI
import RoostProto
import SwiftProtobuf

/// Measures the coordinator's program with a made-up fleet, each host as it is on the wire: `deploy/bench-fleet`.
package struct FleetBenchmark: Sendable {
  /// How it is run.
  package struct Settings: Sendable {
    package var shape: FleetShape
    /// The folder of the programs.
    package var programs: String
    /// An empty directory that somebody else removes.
    package var directory: String
    /// How long the steady state is watched.
    package var steady: Duration

    package init(shape: FleetShape, programs: String, directory: String, steady: Duration) {
      self.shape = shape
      self.programs = programs
      self.directory = directory
      self.steady = steady
    }
  }

  /// The longest time that anything may take which all hosts do together.
  static let patience = Duration.seconds(180)
  /// How many hosts enrol at a time.
  private static let enrolling = 8

  let settings: Settings
  let clock: any WallClock
  let random: any RandomSource
  /// Tells what is being done.
  let say: @Sendable (String) -> Void

  var shape: FleetShape { settings.shape }

  package init(
    settings: Settings, clock: any WallClock, random: any RandomSource, say: @escaping @Sendable (String) -> Void
  ) {
    self.settings = settings
    self.clock = clock
    self.random = random
    self.say = say
  }

  /// Measures everything, and ends all that it started.
  package func run() async throws -> FleetTable {
    let coordinator = try await CoordinatorProcess(programs: settings.programs, in: settings.directory)
    do {
      let table = try await measure(coordinator)
      await coordinator.end(by: SIGTERM)
      return table
    } catch {
      await coordinator.end(by: SIGKILL)
      throw error
    }
  }

  private func measure(_ coordinator: CoordinatorProcess) async throws -> FleetTable {
    var table = FleetTable(shape: shape)
    try coordinator.start()
    try await coordinator.answer()
    let empty = coordinator.usage?.resident ?? 0
    let agents = try await enrol(coordinator, &table)
    let tally = LinkTally(hosts: agents.count)
    say("all connect")
    let links = agents.enumerated().map { index, agent in
      Task { await agent.keepConnected(clock: clock, random: random) { tally.note($0, of: index) } }
    }
    await measureLoad(coordinator, agents, tally, empty: empty, &table)
    for link in links { link.cancel() }
    for link in links { await link.value }
    say("the coordinator starts again, without hosts")
    await coordinator.end(by: SIGTERM)
    await measureStart(coordinator, empty: empty, &table)
    return table
  }

  /// All that is measured while hosts are connected.
  private func measureLoad(
    _ coordinator: CoordinatorProcess, _ agents: [FakeAgent], _ tally: LinkTally, empty: Int, _ table: inout FleetTable
  ) async {
    let storm = Storm(coordinator: coordinator, tally: tally, hosts: agents.count)
    var used: Duration { coordinator.usage?.cpu ?? .zero }
    await storm.measure(from: ContinuousClock.now, cpu: used, .connectWelcome, .connectRest, .connectLost, &table)
    await measureSteady(coordinator, empty: empty, &table)
    await measureCommands(coordinator, agents, &table)
    await measureCreates(coordinator, &table)
    await measureMessages(coordinator, agents, &table)
    table.put(.workLost, Double(tally.take().lost))
    say("all are cut")
    let (cut, usedBefore) = (ContinuousClock.now, used)
    for agent in agents { await agent.cut() }
    await storm.measure(from: cut, cpu: usedBefore, .cutWelcome, .cutRest, .cutLost, &table)
    let peak = coordinator.usage?.peak ?? 0
    say("kill -9")
    tally.coordinatorEnds()
    let killed = ContinuousClock.now
    await coordinator.end(by: SIGKILL)
    do {
      let begun = ContinuousClock.now
      try coordinator.start()
      try await coordinator.answer()
      table.put(.killAnswer, (ContinuousClock.now - begun).inSeconds)
    } catch {
      table.fail(.killAnswer, "\(error)")
    }
    tally.coordinatorServes()
    await storm.measure(from: killed, cpu: .zero, nil, .killRest, .killLost, ready: .killReady, &table)
    table.put(.peakMemory, Double(max(peak, coordinator.usage?.peak ?? 0)) / 1e6)
  }

  /// Joins all hosts with tokens of their own.
  private func enrol(_ coordinator: CoordinatorProcess, _ table: inout FleetTable) async throws -> [FakeAgent] {
    say("\(shape.hosts) hosts enrol")
    let begun = ContinuousClock.now
    let agents = try await withThrowingTaskGroup(of: (Int, FakeAgent).self) { group in
      var agents: [Int: FakeAgent] = [:]
      for host in 0..<shape.hosts {
        if host >= Self.enrolling, let (index, agent) = try await group.next() { agents[index] = agent }
        group.addTask { (host, try await enrol(host, coordinator)) }
      }
      for try await (index, agent) in group { agents[index] = agent }
      return agents.sorted { $0.key < $1.key }.map(\.value)
    }
    table.put(.enrolment, Double(shape.hosts) / (ContinuousClock.now - begun).inSeconds)
    let now = clock.now()
    for (host, agent) in agents.enumerated() {
      for domain in shape.domains(of: host, random: random, at: now) { await agent.put(domain) }
    }
    return agents
  }

  private func enrol(_ host: Int, _ coordinator: CoordinatorProcess) async throws -> FakeAgent {
    let name = shape.name(of: host)
    let transports = coordinator.transports.from(shape.address(of: host))
    let token = try await coordinator.local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).createToken(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.name = name
        }
      ).token
    }
    let key = try PrivateKey.generate()
    let request = try Roost_V1_JoinRequest.sample(JoinToken(parsing: token), key: key, machine: "machine-of-\(name)")
    let reply = try await withGRPCClient(transport: transports.enrolment()) { client in
      try await Roost_V1_Enrolment.Client(wrapping: client).join(request)
    }
    guard let id = HostID(reply.hostID) else { throw FleetError(.internal, "the host's id is no id") }
    return FakeAgent(
      id: id, facts: .sample(name, capacity: shape.capacity),
      credentials: ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: try key.pem()),
      transports: transports, script: { _ in .obey })
  }

  /// CPU and memory while nobody asks for anything.
  private func measureSteady(_ coordinator: CoordinatorProcess, empty: Int, _ table: inout FleetTable) async {
    say("steady for \(settings.steady.components.seconds) s")
    guard let before = coordinator.usage else { return table.fail(.steadyCPU, "the coordinator has ended") }
    let begun = ContinuousClock.now
    try? await Task.sleep(for: settings.steady)
    guard let after = coordinator.usage else { return table.fail(.steadyCPU, "the coordinator has ended") }
    table.put(.steadyCPU, (after.cpu - before.cpu).inSeconds / (ContinuousClock.now - begun).inSeconds * 100)
    table.put(.steadyMemory, Double(after.resident) / 1e6)
    table.put(.memoryOfVM, Double(max(0, after.resident - empty)) / Double(max(1, shape.vms)))
  }

  /// A start with all that is stored and no host connected.
  private func measureStart(_ coordinator: CoordinatorProcess, empty: Int, _ table: inout FleetTable) async {
    do {
      let begun = ContinuousClock.now
      try coordinator.start()
      try await coordinator.answer()
      table.put(.startAnswer, (ContinuousClock.now - begun).inSeconds)
      guard let usage = coordinator.usage else { return table.fail(.loadedMemoryOfVM, "the coordinator has ended") }
      table.put(.loadedMemoryOfVM, Double(max(0, usage.resident - empty)) / Double(max(1, shape.vms)))
    } catch {
      table.fail(.startAnswer, "\(error)")
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
  var inMilliseconds: Double { inSeconds * 1000 }
}

extension Array where Element == Double {
  /// The value below which a share of them lies; nil if there are none.
  func percentile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
  }

  /// The one in the middle.
  var median: Double? { percentile(0.5) }
}

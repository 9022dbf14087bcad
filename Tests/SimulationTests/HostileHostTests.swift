import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import SimulationKit
import Store
import Testing

/// One host whose certificate is in bad hands sends whatever it may, drawn by a seed, beside two honest hosts. The
/// fleet goes on: its coordinator stays small, the honest hosts stay connected, VMs are made and started on them with
/// addresses of their own, and after a restart everything works. `deploy/campaign hostile` runs the same for ten
/// minutes.
@Suite("A hostile host", .serialized)
struct HostileHostTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seconds = Int64(environment["ROOST_CAMPAIGN_SECONDS"] ?? "") ?? 10
  private static let seed = UInt64(environment["ROOST_CAMPAIGN_SEED"] ?? "") ?? 1

  @Test("harms nobody while it does its worst, nor after a restart", .timeLimit(.minutes(30)))
  func harmless() async throws {
    try await TestCoordinator.with { coordinator in
      let room = HostCapacity(vcpus: 4_096, memory: .gibibytes(16_384), disk: .gibibytes(1 << 20))
      let (h1, h2) = (
        try await coordinator.host("h1", capacity: room), try await coordinator.host("h2", capacity: room)
      )
      for agent in [h1, h2] {
        try await agent.connect()
        try await coordinator.waitUntilReady(agent.name)
      }
      _ = try await coordinator.made("first", start: true)
      let victims = Array(await h1.domains.values) + Array(await h2.domains.values)
      let bad = try await coordinator.host("hostile")
      let hostile = HostileAgent(
        id: bad.id, credentials: bad.credentials, transports: coordinator.transports, victims: victims, seed: Self.seed)
      let (memoryBefore, cpuBefore) = (Self.residentMiB(), Self.cpuSeconds())
      let attack = Task { await hostile.run(for: .seconds(Self.seconds)) }
      let end = ContinuousClock.now + .seconds(Self.seconds)
      var (made, peak) = (0, memoryBefore)
      while ContinuousClock.now < end {
        // Whoever claims an address that is handed out later has it refused; one that is free is found all the same.
        _ = try await coordinator.made("vm-\(made)")
        made += 1
        peak = max(peak, Self.residentMiB())
        for name in ["h1", "h2"] { #expect(try await coordinator.hostState(name) == "ready") }
      }
      await attack.value
      let cpu = Self.cpuSeconds() - cpuBefore
      print(
        "hostile: seed \(Self.seed), \(Self.seconds) s, \(hostile.attempts) attempts, \(made) VMs made, memory "
          + "\(memoryBefore) to \(peak) MiB, \(cpu) s of CPU (both sides)")
      #expect(made > 0 && hostile.attempts > 0)
      #expect(peak < memoryBefore + 1_024)
      #expect(try await !coordinator.settling().settling)
      try await coordinator.restart()
      for agent in [h1, h2] {
        try await agent.reconnect()
        try await coordinator.waitUntilReady(agent.name)
      }
      _ = try await coordinator.made("last")
      try await coordinator.revoke("hostile")
      #expect(try await coordinator.hostState("hostile") == "revoked")
      let macs = try await coordinator.stored { try $0.vms().flatMap(\.allocations.macs) }
      #expect(Set(macs).count == macs.count)
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  private static func residentMiB() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096 / (1 << 20)
  }

  /// What this process has used of its processors, by the kernel's ticks of a hundredth of a second.
  private static func cpuSeconds() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +) / 100
  }
}

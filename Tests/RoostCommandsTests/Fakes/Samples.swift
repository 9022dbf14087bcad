import Fleet

@testable import RoostCommands

/// Values that golden texts are about.
enum Samples {
  static let noon = StoppedClock.noon

  static let web = VMSummary(
    name: "web-1", id: id(1), host: "h2", state: .running, certainty: .current, seenAt: noon, managed: true, vcpus: 2,
    memory: .gibibytes(4), architecture: "x86_64",
    nics: [
      VMSummary.NIC(
        mac: mac("02:16:3e:00:00:01"), network: "default", bridge: "virbr0", ips: ["192.168.122.7"],
        addresses: [NICAddress(ip: "192.168.122.7", source: "lease")])
    ], vnc: VMSummary.Display(host: "h2", address: "127.0.0.1", port: 5901),
    labels: ["role": "web", "app": "shop, one"],
    conflicts: [])

  static let silent = VMSummary(
    name: "old\u{1B}[31m", id: id(2), host: "h1", state: .stopped,
    certainty: .unknown(since: noon.adding(seconds: -240)),
    seenAt: noon.adding(seconds: -240), managed: false, vcpus: 1, memory: .mebibytes(512), architecture: "x86_64",
    nics: [], vnc: nil, labels: [:], conflicts: [])

  static let decision = PlacementDecision(
    ranking: [PlacementDecision.Ranked(host: "h2", score: 1.75, terms: ["vcpus": 0.5, "memory": 1.25])],
    refused: [Refusal(host: "h1", rule: "memory", detail: "wants 4GiB, 1GiB of 8GiB is free")])

  static let refused = FleetError(
    .noHostFits, "no host fits VM \"big\"", hint: "roost host list",
    refusals: [
      Refusal(host: "h1", rule: "memory", detail: "wants 4GiB, 1GiB of 8GiB is free"),
      Refusal(host: "host-10", rule: "network", detail: "has no bridge \"br\u{7}0\""),
    ])

  static let usage = FleetUsage(
    hosts: [
      HostUsage(
        id: id(11), name: "h1", state: .unreachable, reason: "its agent is silent since 2026-12-31T11:56:00Z",
        measuredAt: noon.adding(seconds: -240), load: 7.5, memoryFree: .gibibytes(1), cpus: 8, memory: .gibibytes(8),
        running: 1, guestCPUs: 6.4),
      HostUsage(
        id: id(12), name: "h2", state: .ready, measuredAt: noon.adding(seconds: -7), load: 1.254,
        memoryFree: .gibibytes(6), cpus: 4, memory: .gibibytes(8), running: 2, guestCPUs: 1.2, skipped: ["stuck"]),
    ],
    vms: [
      VMUsage(
        id: id(2), name: "gone", host: "h1", isCurrent: false, vcpus: 8, memory: .gibibytes(6),
        measuredAt: noon.adding(seconds: -240), memoryUsed: .gibibytes(5), rates: UsageRates(cpus: 6.4)),
      VMUsage(
        id: id(3), name: "idle", host: "h2", isCurrent: true, vcpus: 1, memory: .mebibytes(512),
        measuredAt: noon.adding(seconds: -7), memoryUsed: .mebibytes(300),
        rates: UsageRates(
          cpus: 0.004, readBytesPerSecond: 0, writtenBytesPerSecond: 2048, receivedBytesPerSecond: 10.4,
          sentBytesPerSecond: nil)),
      VMUsage(id: id(4), name: "new", host: "h2", isCurrent: true, vcpus: 1, memory: .mebibytes(512)),
      VMUsage(
        id: id(1), name: "web-1", host: "h2", isCurrent: true, vcpus: 2, memory: .gibibytes(4),
        measuredAt: noon.adding(seconds: -7), memoryUsed: .gibibytes(3),
        rates: UsageRates(
          cpus: 1.196, readBytesPerSecond: 1024, writtenBytesPerSecond: 0, receivedBytesPerSecond: 0,
          sentBytesPerSecond: 0)),
    ])

  static func id<Subject>(_ number: UInt64) -> ID<Subject> { ID(UniqueID(high: 0x4000, low: 1 << 63 | number)) }

  static func mac(_ text: String) -> MACAddress {
    guard let mac = MACAddress(text) else { preconditionFailure("\(text) is an address") }
    return mac
  }

  static var vms: View { .listing(VMSummary.listing([web, silent], at: noon)) }
}

import Fleet
import FleetTestKit

extension FleetMetrics {
  /// Two hosts, one of which has never reported.
  static var sample: FleetMetrics {
    FleetMetrics(
      fleet: "office", version: "1.2", epoch: 7, at: Timestamp(milliseconds: 10_000),
      hosts: [
        host(
          "h1", .cordoned, seenAt: Timestamp(milliseconds: 2_000),
          HostCapacity(
            vcpus: 4, memory: .gibibytes(8), disk: .gibibytes(100), cpuRatio: 4, memoryRatio: 1,
            reservedMemory: .zero)), host("h2", .unreachable, seenAt: nil, nil),
      ], vms: [Kind(state: "running", isManaged: true): 3, Kind(state: "running", isManaged: false): 2],
      macs: [.allocated: 5, .conflict: 1], ports: [.allocated: 4], conflicts: 1, operationsRunning: 0, lastEvent: 99)
  }

  private static func host(
    _ name: String, _ state: HostState, seenAt: Timestamp?, _ capacity: HostCapacity?
  ) -> Host {
    var host = Host(name: name, state: state)
    (host.seenAt, host.capacity) = (seenAt, capacity)
    host.reserved = Reservation(vcpus: 6, memory: .gibibytes(2))
    host.vms = 5
    (host.checksPassed, host.checksWarned, host.checksFailed) = (3, 2, 1)
    return host
  }
}

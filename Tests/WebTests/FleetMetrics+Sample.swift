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
  ) -> HostSummary {
    HostSummary(
      name: name, id: HostID(UniqueID(high: 1, low: UInt64(name.utf8.count))), state: state, reason: "",
      seenAt: seenAt, capacity: capacity, reserved: Reservation(vcpus: 6, memory: .gibibytes(2)), vms: 5,
      acceleration: "kvm", checksPassed: 3, checksWarned: 2, checksFailed: 1, labels: [:])
  }
}

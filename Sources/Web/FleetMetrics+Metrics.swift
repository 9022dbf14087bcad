internal import Fleet

extension FleetMetrics {
  /// The metrics in Prometheus's form.
  var metrics: [Metric] { fleetMetrics + hostMetrics + reservationMetrics + usageMetrics }

  private var fleetMetrics: [Metric] {
    [
      Metric(
        "roost_info", "The coordinator that serves this.",
        [.init(labels: ["fleet": fleet, "version": version], value: 1)]),
      Metric("roost_epoch", "The coordinator's epoch.", Double(epoch)),
      Metric(
        "roost_vms", "VMs by state, managed by Roost or made behind its back.",
        vms.sorted { $0.key < $1.key }.map { kind, count in
          .init(labels: ["state": kind.state, "managed": "\(kind.isManaged)"], value: Double(count))
        }),
      Metric("roost_mac_addresses", "MAC addresses of the ledger by state.", Self.samples(macs)),
      Metric("roost_vnc_ports", "VNC ports of the ledger by state.", Self.samples(ports)),
      Metric("roost_vnc_ports_limit", "VNC ports of the fleet's range.", Double(portUse.range.count)),
      Metric("roost_vnc_ports_free", "VNC ports of the fleet's range that no VM has.", Double(portUse.free)),
      Metric("roost_mac_conflicts", "MAC addresses that more than one VM has.", Double(conflicts)),
      Metric("roost_operations_running", "Operations that are accepted and not ended.", Double(operationsRunning)),
      Metric("roost_last_event", "The number of the latest event.", Double(lastEvent)),
    ]
  }

  private var hostMetrics: [Metric] {
    [
      Metric(
        "roost_host_state", "1 for the state that a host is in, 0 for every other.",
        hosts.flatMap { host in
          HostState.allCases.map { state in
            .init(labels: ["host": host.name, "state": state.rawValue], value: host.state == state ? 1 : 0)
          }
        }),
      Metric(
        "roost_host_data_age_seconds", "How old the last report of a host is.",
        hosts.compactMap { host in
          host.seenAt.map { .init(labels: ["host": host.name], value: max(0, at.seconds(since: $0))) }
        }),
      Metric("roost_host_vms", "VMs on a host, unmanaged ones included.", samples { Double($0.vms) }),
      Metric(
        "roost_host_checks", "Host checks by result.",
        hosts.flatMap { host in
          [("pass", host.checksPassed), ("warn", host.checksWarned), ("fail", host.checksFailed)].map { result, count in
            .init(labels: ["host": host.name, "result": result], value: Double(count))
          }
        }),
    ]
  }

  private var reservationMetrics: [Metric] {
    [
      Metric("roost_host_vcpus_reserved", "vCPUs reserved on a host.", samples { Double($0.reserved.vcpus) }),
      Metric("roost_host_vcpus_limit", "vCPUs that may be reserved.", limits { Double($0.vcpus) }),
      Metric(
        "roost_host_memory_reserved_bytes", "Memory reserved on a host.", samples { Double($0.reserved.memory.bytes) }),
      Metric("roost_host_memory_limit_bytes", "Memory that may be reserved.", limits { Double($0.memory.bytes) }),
      Metric(
        "roost_host_disk_reserved_bytes", "Disk space reserved on a host.", samples { Double($0.reserved.disk.bytes) }),
      Metric("roost_host_disk_limit_bytes", "Disk space that may be reserved.", limits { Double($0.disk.bytes) }),
    ]
  }

  private func samples(_ value: (Host) -> Double) -> [Metric.Sample] {
    hosts.map { .init(labels: ["host": $0.name], value: value($0)) }
  }

  /// A sample for each host that has reported its capacity.
  private func limits(_ value: (Reservation) -> Double) -> [Metric.Sample] {
    hosts.compactMap { host in
      host.capacity.map { .init(labels: ["host": host.name], value: value($0.limit)) }
    }
  }

  private static func samples(_ counts: [LedgerState: Int]) -> [Metric.Sample] {
    counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { state, count in
      .init(labels: ["state": state.rawValue], value: Double(count))
    }
  }
}

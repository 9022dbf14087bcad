internal import Fleet

extension FleetMetrics {
  /// The recently measured usage of hosts and VMs.
  var usageMetrics: [Metric] { hostUsageMetrics + vmUsageMetrics }

  private var hostUsageMetrics: [Metric] {
    let fresh = hosts.filter { Self.isFresh($0.measuredAt, at: at) }
    func samples(_ value: (Host) -> Double?) -> [Metric.Sample] {
      fresh.compactMap { host in value(host).map { .init(labels: ["host": host.name], value: $0) } }
    }
    return [
      Metric("roost_host_load", "CPU load average of the last minute.", samples(\.load)),
      Metric("roost_host_cpus", "Logical CPUs of a host.", samples { $0.cpus > 0 ? Double($0.cpus) : nil }),
      Metric(
        "roost_host_memory_free_bytes", "Memory that programs can have without swapping.",
        samples { $0.memoryFree.map { Double($0.bytes) } }),
      Metric(
        "roost_host_measurement_age_seconds", "How long ago a host was measured.",
        hosts.compactMap { host in
          host.measuredAt.map { .init(labels: ["host": host.name], value: max(0, at.seconds(since: $0))) }
        }),
    ]
  }

  private var vmUsageMetrics: [Metric] {
    func samples(_ value: (VMUsage) -> Double?) -> [Metric.Sample] {
      usage.compactMap { vm in value(vm).map { .init(labels: ["vm": vm.name, "host": vm.host], value: $0) } }
    }
    return [
      Metric("roost_vm_cpus", "CPUs' worth of time that a VM uses; 1 is one CPU kept busy.", samples(\.rates.cpus)),
      Metric(
        "roost_vm_memory_used_bytes", "Memory of the host that a VM holds.",
        samples { $0.memoryUsed.map { Double($0.bytes) } }),
      Metric(
        "roost_vms_left_out", "VMs whose use is not served because there are too many.", Double(vmsLeftOut)),
    ]
  }
}

import Fleet
import FleetTestKit
import Testing

@testable import Web

@Suite("Metrics of use")
struct UsageMetricTests {
  private func figures(vms: Int, leftOut: Int = 0, ageSeconds: Int64 = 5) -> Set<String> {
    var figures = FleetMetrics.sample
    let measuredAt = figures.at.adding(seconds: -ageSeconds)
    (figures.hosts[0].measuredAt, figures.hosts[0].load, figures.hosts[0].cpus) = (measuredAt, 1.5, 4)
    figures.hosts[0].memoryFree = .gibibytes(2)
    figures.vmsLeftOut = leftOut
    figures.usage = (0..<vms).map { number in
      VMUsage(
        id: .sample(UInt64(number + 10)), name: "vm-\(number)", host: "h1", isCurrent: true, vcpus: 1,
        memory: .gibibytes(1), measuredAt: measuredAt, memoryUsed: .gibibytes(1), rates: UsageRates(cpus: 0.5))
    }
    return Set(figures.metrics.map(\.text).joined().split(separator: "\n").map(String.init))
  }

  @Test("hosts and VMs that were measured lately have samples, others none")
  func served() {
    let lines = figures(vms: 1)
    for line in [
      "roost_host_load{host=\"h1\"} 1.5", "roost_host_memory_free_bytes{host=\"h1\"} 2147483648",
      "roost_host_cpus{host=\"h1\"} 4", "roost_host_measurement_age_seconds{host=\"h1\"} 5",
      "roost_vm_cpus{vm=\"vm-0\",host=\"h1\"} 0.5", "roost_vm_memory_used_bytes{vm=\"vm-0\",host=\"h1\"} 1073741824",
      "roost_vms_left_out 0",
    ] {
      #expect(lines.contains(line), "\(line) is missing")
    }
    #expect(!lines.contains { $0.hasPrefix("roost_host_load{host=\"h2\"") })
  }

  @Test("what was measured long ago is not served as if it were so, only its age is")
  func stale() {
    let lines = figures(vms: 0, ageSeconds: 61)
    #expect(lines.contains("roost_host_measurement_age_seconds{host=\"h1\"} 61"))
    #expect(!lines.contains { $0.hasPrefix("roost_host_load{") })
  }

  @Test("VMs that are left out are counted, and hosts have their samples all the same")
  func leftOut() {
    let tooMany = figures(vms: 0, leftOut: 2_501)
    #expect(!tooMany.contains { $0.hasPrefix("roost_vm_") })
    #expect(tooMany.contains("roost_vms_left_out 2501"))
    #expect(tooMany.contains("roost_host_load{host=\"h1\"} 1.5"))
  }
}

import Fleet
import Scheduling

extension HostEntry {
  /// Takes what the host's agent has measured.
  mutating func take(_ report: UsageReport, at now: Timestamp) {
    measurement = HostMeasurement(report, after: measurement, domains: domains, at: now)
  }

  /// How busy its CPUs were when last measured, 0…1; nil if nobody measured.
  var measuredLoad: Double? {
    guard let measurement, let cpus = facts?.cpu.logical, cpus > 0 else { return nil }
    return min(1, measurement.load / Double(cpus))
  }

  /// What placement learns of it from measurements.
  func measuredTraits(at now: Timestamp) -> HostTraits {
    HostTraits(load: measuredLoad, loadAgeSeconds: measurement.map { max(0, now.seconds(since: $0.at)) } ?? 0)
  }

  /// What it uses, as last measured.
  var usage: HostUsage {
    let running = domains.values.filter(\.state.isActive)
    let cpus = running.compactMap { measurement?.samples[$0.id]?.rates.cpus }
    return HostUsage(
      id: host.id, name: host.name, state: state, reason: reason, measuredAt: measurement?.at, load: measurement?.load,
      memoryFree: measurement?.memoryFree, cpus: facts?.cpu.logical ?? 0, memory: facts?.memory ?? .zero,
      running: running.count, guestCPUs: cpus.isEmpty ? nil : cpus.reduce(0, +), skipped: measurement?.skipped ?? [])
  }

  /// What one of its domains uses, as last measured.
  func usage(of domain: ObservedDomain) -> VMUsage {
    let sample = measurement?.samples[domain.id]
    return VMUsage(
      id: domain.id, name: domain.name, host: host.name, isCurrent: certainty(of: domain) == .current,
      vcpus: domain.effective?.vcpus ?? 0,
      memory: domain.effective?.memory ?? .zero, measuredAt: sample?.at, memoryUsed: sample?.statistics.memoryUsed,
      rates: sample?.rates ?? UsageRates())
  }
}

import Fleet
import Logging
import RoostAPI
import Store

extension AgentStreamHandler {
  /// Records that a host has become degraded, or no longer is.
  func recordDegraded(_ host: Host) async {
    guard let entry = await inventory.view.hosts[host.id], entry.isAnswering,
      entry.isDegraded != entry.isToldDegraded
    else { return }
    let trouble = entry.troubles.first
    await inventory.update(host.id) { $0.isToldDegraded = trouble != nil }
    await record(
      trouble == nil ? .hostRecovered : .hostDegraded, of: host,
      trouble.map { "host \(host.name) is degraded and gets no new VMs: \($0)" }
        ?? "host \(host.name) is not degraded any more: all of it answers again", at: clock.now())
  }

  /// Records an event that a host causes, within its limit. A failure to record is only logged.
  func record(_ kind: FleetEvent.Kind, of host: Host, _ message: String, at now: Timestamp) async {
    guard let message = rates.sentence(message, kind, of: host.id, at: now) else { return }
    await soften("the event \(kind.rawValue) of host \(host.name)") {
      try await record(kind, host.name, message, at: now)
    }
  }

  func record(_ kind: FleetEvent.Kind, _ subject: String, _ message: String, at now: Timestamp) async throws {
    try await store.commit { _ = try $0.appendEvent(at: now, kind: kind, subject: subject, message: message) }
  }

  /// Runs work whose failure, such as on a full disk, must not affect the host: it is logged, and tried again with the
  /// next report.
  func soften(_ what: String, _ body: () async throws -> Void) async {
    do { try await body() } catch { logger.error("\(what) can't be written down: \(FleetError(error))") }
  }
}

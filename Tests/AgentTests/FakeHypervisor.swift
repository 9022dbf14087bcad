import Agent
import Fleet
import Foundation
import Synchronization

/// A host in memory: domains that start, stop and vanish as told, and a list of all that was asked.
final class FakeHypervisor: Hypervisor {
  struct State {
    var domains: [VMID: ObservedDomain] = [:]
    var documents: [VMID: String] = [:]
    var networks: [HostNetwork] = []
    var calls: [String] = []
    var libvirt = LibvirtState(isConnected: true, since: Timestamp(seconds: 0))
    /// Guests that do not listen to the power button.
    var deaf: Set<VMID> = []
    /// Thrown by the next call of that name.
    var failures: [String: FleetError] = [:]
    /// Calls of that name wait here.
    var gates: [String: AsyncStream<Void>] = [:]
  }

  let changes = ChangeFeed()
  let reboots = RebootTally()
  private let guarded = Mutex(State())

  func edit<Value, Failure>(_ body: (inout State) throws(Failure) -> sending Value) throws(Failure) -> sending Value {
    try guarded.withLock { state throws(Failure) in try body(&state) }
  }
  var calls: [String] { edit { $0.calls } }
  func document(_ id: VMID) -> String? { edit { $0.documents[id] } }

  private func note(_ call: String, _ subject: String = "") async throws {
    let (failure, gate) = edit { state -> (FleetError?, AsyncStream<Void>?) in
      state.calls.append(subject.isEmpty ? call : "\(call) \(subject)")
      return (state.failures.removeValue(forKey: call), state.gates[call])
    }
    if let gate { for await _ in gate {} }
    if let failure { throw failure }
  }

  private func set(_ id: VMID, _ state: DomainState) throws {
    try edit { all throws in
      guard var domain = all.domains[id] else { throw FleetError(.notFound, "no domain") }
      domain.state = state
      domain.live = state.isActive ? domain.saved : nil
      all.domains[id] = domain
    }
  }

  var state: LibvirtState { get async { edit { $0.libvirt } } }

  func capabilities() async throws -> HostCapabilities {
    try await note("capabilities")
    return HostCapabilities()
  }
  func networks() async throws -> [HostNetwork] { edit { $0.networks } }
  func pools() async throws -> [StoragePool] { [] }
  func setNetwork(_ name: String, active: Bool) async throws { try await note("network \(active)", name) }
  func setNetworkAutostart(_ name: String) async throws { try await note("autostart", name) }
  func refreshPool(at directory: String) async throws { try await note("refresh", directory) }

  func domains() async throws -> [ObservedDomain] {
    try edit { state throws in
      if let failure = state.failures["domains"] { throw failure }
      return Array(state.domains.values)
    }
  }
  func domain(_ id: VMID) async throws -> ObservedDomain? { edit { $0.domains[id] } }
  func document(of id: VMID) async throws -> DomainTexts {
    try await note("document", "\(id)")
    return try edit { state throws in
      guard let domain = state.domains[id] else { throw FleetError(.notFound, "no domain") }
      let text = state.documents[id] ?? "<domain/>"
      return DomainTexts(saved: domain.isPersistent ? text : nil, live: domain.state.isActive ? text : nil)
    }
  }
  func statistics() async throws -> StatisticsReport { StatisticsReport(domains: []) }

  func define(_ document: String) async throws {
    try await note("define")
    func between(_ start: String, _ end: String) -> String {
      guard let from = document.range(of: start)?.upperBound,
        let to = document.range(of: end, range: from..<document.endIndex)?.lowerBound
      else { return "" }
      return String(document[from..<to])
    }
    guard let id = VMID(between("<uuid>", "</uuid>")) else { throw FleetError(.invalid, "no uuid") }
    let mark = FleetMark(
      fleetID: between("fleet='", "'"), vmID: id, revision: Int64(between("revision='", "'")) ?? 0,
      allocations: Allocations())
    edit { state in
      state.documents[id] = document
      var domain =
        state.domains[id]
        ?? ObservedDomain(id: id, name: between("<name>", "</name>"), state: .stopped, seenAt: Timestamp(seconds: 0))
      domain.mark = mark
      domain.saved = DomainConfiguration(type: between("<domain type='", "'"))
      state.domains[id] = domain
    }
  }
  func start(_ id: VMID) async throws {
    try await note("start", "\(id)")
    try set(id, .running)
  }
  func shutDown(_ id: VMID) async throws {
    try await note("shutdown", "\(id)")
    if edit({ !$0.deaf.contains(id) }) { try set(id, .stopped) }
  }
  func destroy(_ id: VMID) async throws {
    try await note("destroy", "\(id)")
    try set(id, .stopped)
  }
  func reboot(_ id: VMID) async throws {
    try await note("reboot", "\(id)")
    if edit({ !$0.deaf.contains(id) }) { reboots.note(id) }
  }
  func reset(_ id: VMID) async throws { try await note("reset", "\(id)") }
  func suspend(_ id: VMID) async throws {
    try await note("suspend", "\(id)")
    try set(id, .paused)
  }
  func resume(_ id: VMID) async throws {
    try await note("resume", "\(id)")
    try set(id, .running)
  }
  func undefine(_ id: VMID) async throws {
    try await note("undefine", "\(id)")
    edit { $0.domains[id] = nil }
  }
  func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel {
    throw FleetError(.unsupported, "no console")
  }
}

package import Agent
package import Fleet
import Foundation
import Synchronization

/// A host in memory: domains that start, stop and vanish as told, and a list of all that was asked.
package final class FakeHypervisor: Hypervisor {
  package struct State {
    package var domains: [VMID: ObservedDomain] = [:]
    package var documents: [VMID: String] = [:]
    package var networks: [HostNetwork] = []
    package var pools: [StoragePool] = []
    package var calls: [String] = []
    /// What went with the definitions that were dropped.
    package var removals: [DomainRemoval] = []
    package var consoles: [VMID: any ByteChannel] = [:]
    package var capabilities = HostCapabilities()
    package var libvirt = LibvirtState(isConnected: true, since: Timestamp(seconds: 0))
    /// Guests that do not listen to the power button.
    package var deaf: Set<VMID> = []
    /// Thrown by the next call of that name.
    package var failures: [String: FleetError] = [:]
    /// Domains that can't be read, and why.
    package var unreadable: [VMID: FleetError] = [:]
    /// Calls of that name wait here.
    package var gates: [String: AsyncStream<Void>] = [:]
  }

  package let changes = ChangeFeed()
  package let reboots = RebootCounter()

  package init() {}
  private let guarded = Mutex(State())

  package func edit<Value, Failure>(
    _ body: (inout State) throws(Failure) -> sending Value
  ) throws(Failure) -> sending Value {
    try guarded.withLock { state throws(Failure) in try body(&state) }
  }
  package var calls: [String] { edit { $0.calls } }
  package func document(_ id: VMID) -> String? { edit { $0.documents[id] } }

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
      domain.live = state.isActive ? domain.saved ?? domain.live : nil
      // A domain without a definition goes with its guest.
      all.domains[id] = domain.isPersistent || state.isActive ? domain : nil
    }
  }

  /// The state of a domain that a guest can be asked in.
  private func active(_ id: VMID) throws -> DomainState {
    try edit { all throws in
      guard let state = all.domains[id]?.state else { throw FleetError(.notFound, "no domain") }
      guard state.isActive else { throw FleetError(.precondition, "the domain is not running") }
      return state
    }
  }

  package func run() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
  }

  package var state: LibvirtState { get async { edit { $0.libvirt } } }

  package func capabilities() async throws -> HostCapabilities {
    try await note("capabilities")
    return edit { $0.capabilities }
  }
  package func networks() async throws -> [HostNetwork] { edit { $0.networks } }
  package func pools() async throws -> [StoragePool] { edit { $0.pools } }
  package func setNetwork(_ name: String, active: Bool) async throws { try await note("network \(active)", name) }
  package func setNetworkAutostart(_ name: String) async throws { try await note("autostart", name) }
  package func refreshPool(at directory: String) async throws { try await note("refresh", directory) }

  package func ids() async throws -> Set<VMID> { Set(edit { $0.domains.keys }) }

  package func domains() async throws -> [ObservedDomain] {
    let (domains, gate) = try edit { state throws in
      if let failure = state.failures["domains"] { throw failure }
      if state.gates["domains"] != nil { state.calls.append("domains") }
      let domains = state.domains.values.map { domain in
        guard let failure = state.unreadable[domain.id] else { return domain }
        return ObservedDomain(
          id: domain.id, name: domain.id.description, state: .unknown, seenAt: domain.seenAt,
          unread: ReadFailure(since: domain.seenAt, reason: failure.message))
      }
      return (domains, state.gates["domains"])
    }
    // What was read before the gate is told behind it.
    if let gate { for await _ in gate {} }
    return domains
  }
  package func domain(_ id: VMID) async throws -> ObservedDomain? {
    let (domain, gate) = try edit { state throws in
      if let failure = state.unreadable[id] { throw failure }
      if state.gates["domain"] != nil { state.calls.append("domain \(id)") }
      return (state.domains[id], state.gates["domain"])
    }
    if let gate { for await _ in gate {} }
    return domain
  }
  package func document(of id: VMID) async throws -> DomainDocuments {
    try await note("document", "\(id)")
    return try edit { state throws in
      if let failure = state.unreadable[id] { throw failure }
      guard let domain = state.domains[id] else { throw FleetError(.notFound, "no domain") }
      let text = state.documents[id] ?? "<domain/>"
      return DomainDocuments(saved: domain.isPersistent ? text : nil, live: domain.state.isActive ? text : nil)
    }
  }
  package func statistics() async throws -> StatisticsReport {
    if let failure = edit({ $0.failures["statistics"] }) { throw failure }
    return StatisticsReport(domains: [])
  }

  package func setMark(_ mark: VMMark?, on id: VMID) async throws {
    try await note(mark == nil ? "unmark" : "mark", "\(id)")
    try edit { all throws in
      guard all.domains[id] != nil else { throw FleetError(.notFound, "no domain") }
      all.domains[id]?.mark = mark
    }
  }
  package func setVNC(_ listener: VNCListener, _ mark: VMMark, on id: VMID) async throws {
    let graphics: [ObservedGraphics]
    switch listener {
    case .port(let port, let address):
      try await note("port \(port)", "\(id)")
      graphics = [ObservedGraphics(type: "vnc", listen: address, port: port)]
    case .socket:
      try await note("socket", "\(id)")
      graphics = [ObservedGraphics(type: "vnc", isSocket: true)]
    case .none:
      try await note("no display", "\(id)")
      graphics = []
    }
    edit { state in
      state.domains[id]?.mark = mark
      state.domains[id]?.saved?.graphics = graphics
    }
  }
  package func setMAC(_ mac: MACAddress, inPlaceOf old: MACAddress, _ mark: VMMark, on id: VMID) async throws {
    try await note("mac \(mac) for \(old)", "\(id)")
    edit { state in
      state.domains[id]?.mark = mark
      var nics = state.domains[id]?.saved?.nics ?? []
      for index in nics.indices where nics[index].mac == old { nics[index].mac = mac }
      state.domains[id]?.saved?.nics = nics
    }
  }
  package func takeLinkDown(of mac: MACAddress, on id: VMID) async throws {
    try await note("link down \(mac)", "\(id)")
  }
  package func define(_ document: String) async throws {
    try await note("define")
    func between(_ start: String, _ end: String) -> String {
      guard let from = document.range(of: start)?.upperBound,
        let to = document.range(of: end, range: from..<document.endIndex)?.lowerBound
      else { return "" }
      return String(document[from..<to])
    }
    guard let id = VMID(between("<uuid>", "</uuid>")) else { throw FleetError(.invalid, "no uuid") }
    let mark = VMMark(
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
  package func keepDefinition(of id: VMID) async throws {
    try await note("keep", "\(id)")
    edit { state in
      // Read first: the dictionary must not be read while one of its values is being changed.
      let live = state.domains[id]?.live
      state.domains[id]?.saved = live
      state.domains[id]?.isPersistent = true
    }
  }
  package func start(_ id: VMID) async throws {
    try await note("start", "\(id)")
    try set(id, .running)
  }
  package func shutDown(_ id: VMID) async throws {
    try await note("shutdown", "\(id)")
    let state = try active(id)
    if state != .crashed, edit({ !$0.deaf.contains(id) }) { try set(id, .stopped) }
  }
  package func destroy(_ id: VMID) async throws {
    try await note("destroy", "\(id)")
    try set(id, .stopped)
  }
  package func reboot(_ id: VMID) async throws {
    try await note("reboot", "\(id)")
    let state = try active(id)
    if state != .crashed, edit({ !$0.deaf.contains(id) }) { reboots.note(id) }
  }
  package func reset(_ id: VMID) async throws { try await note("reset", "\(id)") }
  package func suspend(_ id: VMID) async throws {
    try await note("suspend", "\(id)")
    try set(id, .paused)
  }
  package func resume(_ id: VMID) async throws {
    try await note("resume", "\(id)")
    try set(id, .running)
  }
  package func undefine(_ id: VMID, _ removal: DomainRemoval) async throws {
    try await note("undefine", "\(id)")
    try edit { state throws in
      guard let domain = state.domains[id] else { throw FleetError(.notFound, "no domain") }
      guard !domain.state.isActive else { throw FleetError(.precondition, "\(domain.name) runs") }
      guard removal.dropsSavedState || !domain.hasManagedSave else {
        throw FleetError(.precondition, "\(domain.name) has a saved state")
      }
      guard removal.mayBeMovedAway || !domain.isMovedAway else {
        throw FleetError(.precondition, "\(domain.name) was moved away")
      }
      state.removals.append(removal)
      state.domains[id] = nil
    }
  }
  package func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel {
    guard let console = edit({ $0.consoles[id] }) else { throw FleetError(.unsupported, "no console") }
    return console
  }
  package func openDisplay(_ id: VMID, index: Int) async throws -> any ByteChannel {
    try await note("display \(index)", "\(id)")
    guard let console = edit({ $0.consoles[id] }) else { throw FleetError(.unsupported, "no display") }
    return console
  }
}

import Fleet
import Logging
import Scheduling
import Store

/// Judges starts, and remembers the allowed ones until a report shows them running: of two guests that start with one
/// address on two hosts at the same moment, one is refused.
actor StartArbiter {
  /// How long an allowed start counts, in seconds; its host reports it long before.
  static let grantSeconds = 30.0

  /// The most allowed starts of one host; beyond that the oldest is dropped.
  private static let grantLimit = 1_000
  /// How long the same start is not recorded again, in seconds, because it may be tried repeatedly.
  private static let recordSeconds = 60.0
  /// The most judgements of one host recorded in that time.
  private static let recordLimit = 100

  private struct StartGrant {
    let hostID: HostID
    let running: RunningDomain
    let at: Timestamp
    /// True once its host has reported it running.
    var isSeen = false
  }

  /// How many starts were judged in this epoch.
  private(set) var counts = StartCounts()
  private var grants: [StartGrant] = []
  /// The recorded starts of each host, with their times.
  private var recorded: [HostID: [String: Timestamp]] = [:]

  private let since: Timestamp
  private let inventory: Inventory
  private let store: FleetStore
  private let clock: any WallClock
  private let logger: Logger

  init(inventory: Inventory, store: FleetStore, clock: any WallClock, logger: Logger) {
    self.inventory = inventory
    self.store = store
    self.clock = clock
    self.logger = logger
    since = clock.now()
  }

  /// Judges a start for the agent of a host.
  /// - Throws: ``FleetError`` with code `denied` for a host that has left the fleet, `unreachable` while this
  ///   coordinator knows too little to allow any start: the hook then decides by its policy.
  func judge(_ start: DomainStart, on hostID: HostID) async throws -> StartVerdict {
    let managed = await inventory.managed
    let known = try await known(of: start)
    let view = await inventory.view
    let ports = Self.owners(of: start.ports, managed, view)
    let ledger = Self.claims(on: start.macs, known, managed, view)
    let start = Self.withBridges(start, on: view.hosts[hostID])
    let isOwn = view.vms[start.id]?.hostID == hostID
    guard let host = view.hosts[hostID]?.host.name else {
      throw FleetError(.denied, "this host is not in the fleet any more")
    }
    // No suspension from here on, so that the next judgement sees this grant.
    let now = clock.now()
    grants.removeAll { now.seconds(since: $0.at) > Self.grantSeconds }
    let verdict = StartJudgement.verdict(
      start, on: host, among: others(view, start, now), ledger: ledger, portOwners: ports,
      accepted: start.macs.compactMap { view.accepted[$0] },
      policy: isOwn && known.isAsked ? OutOfBandPolicy(outOfBand: .block) : view.outOfBandPolicy)
    if verdict.ruling != .refuse, !isOwn, let reason = ignorance(view, known, now) {
      throw FleetError(.unreachable, reason, retryable: true)
    }
    counts.count(verdict.ruling)
    if verdict.ruling != .refuse {
      grants.removeAll { $0.hostID == hostID && $0.running.owner.vmID == start.id }
      let own = grants.indices.filter { grants[$0].hostID == hostID }
      if own.count >= Self.grantLimit { grants.remove(at: own[0]) }
      grants.append(StartGrant(hostID: hostID, running: RunningDomain(start, host: host), at: now))
    }
    if verdict.ruling != .allow, isNew("\(verdict.ruling) \(start.id) \(verdict.sentence)", of: hostID, now) {
      Task { await record(verdict, of: start, on: host, at: now) }
    }
    return verdict
  }

  /// Why a managed VM may not start beside what runs now, whatever the out-of-band policy is; or nil.
  func refusal(of vm: ManagedVM, in view: FleetView) -> FleetError? {
    let start = view.start(of: vm)
    let host = view.hosts[vm.hostID]?.host.name ?? vm.host
    let verdict = StartJudgement.verdict(
      start, on: host, among: others(view, start, clock.now()),
      accepted: start.macs.compactMap { view.accepted[$0] }, policy: OutOfBandPolicy(outOfBand: .block))
    guard verdict.ruling == .refuse else { return nil }
    let mac = verdict.findings.first?.mac
    let rival = verdict.findings.first?.owner.host ?? ""
    let way = rival.isEmpty ? "" : "; if \(rival) makes a false claim: roost host disregard \(rival)"
    return FleetError(
      .conflict,
      "cannot start VM \"\(vm.spec.name)\": "
        + (verdict.sentence.split(separator: ";").first.map(String.init) ?? verdict.sentence),
      hint: (mac.map { "see what can be done: roost mac resolve \($0)" } ?? "roost show \(vm.spec.name.shellQuoted)")
        + way)
  }

  /// Forgets allowed starts of domains that ran and are now off or gone. One that was never seen running is kept: the
  /// report may be from before the start.
  func heard(running: Set<VMID>, off: Set<VMID>, on hostID: HostID) {
    for index in grants.indices where grants[index].hostID == hostID {
      if grants[index].running.owner.vmID.map(running.contains) == true { grants[index].isSeen = true }
    }
    grants.removeAll { grant in
      grant.hostID == hostID && grant.isSeen && grant.running.owner.vmID.map(off.contains) == true
    }
  }

  /// What the store says about a start.
  private struct Known {
    var reserved: [(MACAddress, AddressOwner)] = []
    /// True if a user has requested this start through Roost.
    var isAsked = false
    var isSettling = false
  }

  private func known(of start: DomainStart) async throws -> Known {
    try await store.read { reader in
      var known = Known()
      known.isSettling = try reader.settling() != nil
      known.isAsked = try reader.operations(vm: start.id).contains { !$0.state.isEnded }
      for mac in start.macs {
        if let row = try reader.macHolder(mac), row.state == .reserved {
          known.reserved.append((mac, row.owner))
        } else if let range = try reader.macReservation(mac) {
          known.reserved.append((mac, AddressOwner(vm: range.purpose, vmID: nil, host: "")))
        }
      }
      return known
    }
  }

  /// Why this coordinator can't rule out other owners of an address, or nil: after a restart it has forgotten the
  /// starts that it allowed, until every host has reported.
  private func ignorance(_ view: FleetView, _ known: Known, _ now: Timestamp) -> String? {
    if known.isSettling { return "the coordinator is settling" }
    guard now.seconds(since: since) < Self.grantSeconds,
      let silent = view.sortedHosts.first(where: { !$0.isCurrent && $0.dataSeenAt != nil })
    else { return nil }
    return "the coordinator has just started and has no report of host \(silent.host.name) yet"
  }

  /// libvirt calls the hook before it resolves a network's bridge.
  private static func withBridges(_ start: DomainStart, on entry: HostEntry?) -> DomainStart {
    var start = start
    for index in start.nics.indices where start.nics[index].bridge.isEmpty {
      let network = entry?.facts?.networks.first { $0.name == start.nics[index].network }
      start.nics[index].bridge = network?.bridge ?? ""
    }
    return start
  }

  /// True for a start that was not recorded recently for the host. Each host has its own limit, so that one host can't
  /// keep others' refusals from being recorded.
  private func isNew(_ what: String, of hostID: HostID, _ now: Timestamp) -> Bool {
    var own = (recorded[hostID] ?? [:]).filter { now.seconds(since: $0.value) < Self.recordSeconds }
    defer { recorded[hostID] = own }
    guard own[what] == nil, own.count < Self.recordLimit else { return false }
    own[what] = now
    return true
  }

  private func others(_ view: FleetView, _ start: DomainStart, _ now: Timestamp) -> [RunningDomain] {
    let seen = view.withoutDisregardedHosts().running(against: start, now: now)
    let standing = grants.filter { grant in
      now.seconds(since: grant.at) <= Self.grantSeconds && view.hosts[grant.hostID]?.host.isDisregarded != true
    }
    let fresh = standing.map(\.running).filter { grant in
      !seen.contains { $0.owner.vmID == grant.owner.vmID && $0.owner.host == grant.owner.host }
    }
    return seen + fresh
  }

  /// The claims to the addresses, running or not.
  private static func claims(
    on macs: Set<MACAddress>, _ known: Known, _ managed: ManagedIndex, _ view: FleetView
  ) -> [MACAddress: LedgerClaim] {
    var claims: [MACAddress: LedgerClaim] = [:]
    for mac in macs {
      guard let vm = managed.macs[mac].flatMap({ view.vms[$0] }) else { continue }
      claims[mac] = .given(AddressOwner(vm: vm.spec.name, vmID: vm.id, host: vm.host))
    }
    for (mac, owner) in known.reserved { claims[mac] = .reserved(owner) }
    return claims
  }

  private static func owners(of ports: [Int], _ managed: ManagedIndex, _ view: FleetView) -> [Int: AddressOwner] {
    var owners: [Int: AddressOwner] = [:]
    for port in ports {
      guard let vm = managed.ports[port].flatMap({ view.vms[$0] }) else { continue }
      owners[port] = AddressOwner(vm: vm.spec.name, vmID: vm.id, host: vm.host)
    }
    return owners
  }

  private func record(_ verdict: StartVerdict, of start: DomainStart, on host: String, at now: Timestamp) async {
    let isRefused = verdict.ruling == .refuse
    let message =
      "the start of \"\(start.name.printable)\" on \(host) \(isRefused ? "refused" : "allowed"): \(verdict.sentence)"
    logger.warning("\(message)")
    do {
      try await store.commit { transaction in
        _ = try transaction.appendEvent(
          at: now, kind: isRefused ? .startRefused : .startWarned, subject: start.name.printable, message: message)
      }
    } catch {
      logger.error("a judgement is not recorded: \(error)")
    }
  }
}

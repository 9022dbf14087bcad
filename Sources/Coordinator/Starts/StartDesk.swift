import Fleet
import Logging
import Scheduling
import Store

/// Judges starts, and remembers those it let go on until they are seen to run: of two guests that start with one
/// address on two hosts in one moment, one is refused.
actor StartDesk {
  /// How long a start that was let go on counts, in seconds; long before that its host has told that it runs.
  static let grantSeconds = 30.0

  private struct Grant {
    let hostID: HostID
    let running: RunningDomain
    let at: Timestamp
  }

  /// How many starts were judged in this term of office.
  private(set) var counts = StartCounts()
  private var grants: [Grant] = []

  private let inventory: Inventory
  private let store: FleetStore
  private let feed: EventFeed
  private let clock: any WallClock
  private let logger: Logger

  init(inventory: Inventory, store: FleetStore, feed: EventFeed, clock: any WallClock, logger: Logger) {
    self.inventory = inventory
    self.store = store
    self.feed = feed
    self.clock = clock
    self.logger = logger
  }

  /// Judges a start that the agent of a host asks about.
  /// - Throws: ``FleetError`` with code `denied` for a host that has left the fleet.
  func judge(_ start: DomainStart, on hostID: HostID) async throws -> StartVerdict {
    let view = await inventory.view
    let ports = start.ports.isEmpty ? [:] : await owners(of: start.ports, view)
    let ledger = try await claims(on: start.macs, view)
    guard let host = view.hosts[hostID]?.host.name else {
      throw FleetError(.denied, "this host is not in the fleet any more")
    }
    // No waiting from here on: whoever comes next sees this one's grant.
    let now = clock.now()
    grants.removeAll { now.seconds(since: $0.at) > Self.grantSeconds }
    let verdict = StartJudgement.verdict(
      start, on: host, among: others(view, start, now), ledger: ledger, portOwners: ports,
      accepted: start.macs.compactMap { view.accepted[$0] }, policy: view.startPolicy)
    counts.count(verdict.ruling)
    if verdict.ruling != .refuse {
      grants.removeAll { $0.hostID == hostID && $0.running.owner.vmID == start.id }
      grants.append(Grant(hostID: hostID, running: RunningDomain(start, host: host), at: now))
    }
    if verdict.ruling != .allow { Task { await record(verdict, of: start, on: host, at: now) } }
    return verdict
  }

  /// Why a managed VM may not start beside what runs now, whatever the policy is for what others start; or nil.
  func refusal(of vm: ManagedVM, in view: FleetView) -> FleetError? {
    let start = view.start(of: vm)
    let host = view.hosts[vm.hostID]?.host.name ?? vm.host
    let verdict = StartJudgement.verdict(
      start, on: host, among: others(view, start, clock.now()),
      accepted: start.macs.compactMap { view.accepted[$0] }, policy: StartPolicy(outOfBand: .block))
    guard verdict.ruling == .refuse else { return nil }
    let mac = verdict.findings.first?.mac
    return FleetError(
      .conflict,
      "cannot start VM \"\(vm.spec.name)\": "
        + (verdict.sentence.split(separator: ";").first.map(String.init) ?? verdict.sentence),
      hint: mac.map { "see what can be done: roost mac resolve \($0)" } ?? "roost show \(vm.spec.name)")
  }

  /// Forgets starts of domains that are seen to be off, or gone.
  func ended(_ ids: Set<VMID>, on hostID: HostID) {
    grants.removeAll { grant in
      grant.hostID == hostID && grant.running.owner.vmID.map(ids.contains) ?? false
    }
  }

  private func others(_ view: FleetView, _ start: DomainStart, _ now: Timestamp) -> [RunningDomain] {
    let seen = view.running(against: start, now: now)
    let fresh = grants.filter { now.seconds(since: $0.at) <= Self.grantSeconds }.map(\.running).filter { grant in
      !seen.contains { $0.owner.vmID == grant.owner.vmID && $0.owner.host == grant.owner.host }
    }
    return seen + fresh
  }

  /// Who has a right to the addresses, running or not.
  private func claims(on macs: Set<MACAddress>, _ view: FleetView) async throws -> [MACAddress: LedgerClaim] {
    let given = await inventory.managed.macs
    let reserved = try await store.read { reader in
      try macs.compactMap { mac in
        if let row = try reader.macHolder(mac), row.state == .reserved { return (mac, row.owner) }
        return try reader.macReservation(mac).map { (mac, AddressOwner(vm: $0.purpose, vmID: nil, host: "")) }
      }
    }
    var claims: [MACAddress: LedgerClaim] = [:]
    for mac in macs {
      guard let vm = given[mac].flatMap({ view.vms[$0] }) else { continue }
      claims[mac] = .given(AddressOwner(vm: vm.spec.name, vmID: vm.id, host: vm.host))
    }
    for (mac, owner) in reserved { claims[mac] = .reserved(owner) }
    return claims
  }

  private func owners(of ports: [Int], _ view: FleetView) async -> [Int: AddressOwner] {
    let managed = await inventory.managed.ports
    var owners: [Int: AddressOwner] = [:]
    for port in ports {
      guard let vm = managed[port].flatMap({ view.vms[$0] }) else { continue }
      owners[port] = AddressOwner(vm: vm.spec.name, vmID: vm.id, host: vm.host)
    }
    return owners
  }

  private func record(_ verdict: StartVerdict, of start: DomainStart, on host: String, at now: Timestamp) async {
    let isRefused = verdict.ruling == .refuse
    let message =
      "the start of \"\(start.name.printable)\" on \(host) \(isRefused ? "is refused" : "goes on"): \(verdict.sentence)"
    logger.warning("\(message)")
    do {
      try await store.commit { transaction in
        _ = try transaction.appendEvent(
          at: now, kind: isRefused ? "start.refused" : "start.warned", subject: start.name.printable, message: message)
      }
      await feed.poke()
    } catch {
      logger.error("a judgement is not recorded: \(error)")
    }
  }
}

import Fleet
import Scheduling
import Store

/// The fleet in memory: a copy of the stored rows, and the soft state that agents report.
///
/// It is loaded from the store at start, follows its commits in their order, and answers every list and search.
actor Inventory {
  var view = FleetView()
  var managed: ManagedIndex { view.index.managed }
  var decisionIndex = DecisionIndex()
  var vmCounts = VMCounts()
  private let changeSignal = Broadcast<Void>()
  /// Wakes those who wait for one host or one VM.
  nonisolated let signals = ChangeSignals()
  private var follower: CommitFollower?

  /// Follows a store from now on: each commit is applied before its caller goes on.
  func follow(_ store: FleetStore) {
    follower = store.follow { [weak self] in await self?.catchUp() }
  }

  /// Applies what has been committed.
  func catchUp() {
    if let rows = follower?.take() { apply(rows) }
  }

  /// Takes in rows as a commit has left them; this alone changes the copy of the hard state once it is loaded.
  func apply(_ rows: CommittedRows) {
    guard !rows.isEmpty else { return }
    for (id, host) in rows.hosts {
      if let host { replace(host) } else { drop(host: id) }
      signals.wake(host: id)
    }
    for (id, vm) in rows.vms {
      if let vm { replace(vm) } else { drop(vm: id) }
      signals.wake(vm: id)
    }
    if let policy = rows.outOfBandPolicy { view.outOfBandPolicy = policy }
    if let accepted = rows.accepted { replace(accepted) }
    if let policy = rows.placement {
      view.policy = policy
      decisionIndex.forget()
    }
    changed()
  }

  /// Loads the store's hosts, VMs, and each host's last report.
  func load(hosts: [Host], vms: [ManagedVM], reports: [HostID: (at: Timestamp, domains: [ObservedDomain])]) {
    for host in hosts {
      var entry = HostEntry(host: host)
      if let report = reports[host.id] {
        entry.domains = Dictionary(report.domains.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        entry.storedDomains = entry.domains
        entry.domainsAt = report.at
        entry.seenAt = report.at
      }
      view.replace(entry)
      vmCounts.touch(host.id)
    }
    for vm in vms { replace(vm) }
    decisionIndex.forget()
    changed()
  }

  /// Loads the store's policies, and everything committed since.
  func load(_ starts: OutOfBandPolicy, _ accepted: [AcceptedConflict], _ placement: PlacementPolicy) {
    view.outOfBandPolicy = starts
    replace(accepted)
    view.policy = placement
    decisionIndex.forget()
    catchUp()
    changed()
  }

  private func replace(_ accepted: [AcceptedConflict]) {
    view.accepted = Dictionary(accepted.map { ($0.mac, $0) }, uniquingKeysWith: { _, last in last })
  }

  private func replace(_ host: Host) {
    let isKnown = view.hosts[host.id]?.host.name == host.name
    var entry = view.hosts[host.id] ?? HostEntry(host: host)
    entry.host = host
    view.replace(entry)
    vmCounts.touch(host.id)
    if isKnown { decisionIndex.touch(host.id) } else { decisionIndex.forget() }
  }

  private func drop(host id: HostID) {
    view.remove(host: id)
    vmCounts.touch(id)
    decisionIndex.forget()
  }

  private func replace(_ vm: ManagedVM) {
    if let old = view.vms[vm.id] { touch(old.hostID) }
    view.replace(vm)
    touch(vm.hostID)
  }

  private func drop(vm id: VMID) {
    guard let vm = view.remove(vm: id) else { return }
    touch(vm.hostID)
  }

  /// Records that a host, or a VM on it, has changed.
  private func touch(_ host: HostID) {
    decisionIndex.touch(host)
    vmCounts.touch(host)
  }

  /// Notifies waiters of a change that only the store has.
  func touch() { changed() }

  /// Updates a host's entry; does nothing for an unknown host.
  func update(_ id: HostID, _ body: (inout HostEntry) -> Void) {
    guard let before = view.hosts[id] else { return }
    var entry = before
    body(&entry)
    view.replace(entry)
    touch(id)
    if before.hasSameReach(as: entry) {
      guard before.domainsVersion != entry.domainsVersion else { return changed() }
      signals.wake(on: id) { before.domains[$0] != entry.domains[$0] }
    } else {
      signals.wake(host: id)
    }
    changed()
  }

  /// Begins a session of a host's agent: messages of earlier ones are dropped from now on. Nothing may be sent to the
  /// host until this one has said hello.
  func begin(_ session: UInt64, of id: HostID) {
    update(id) { entry in
      entry.session = session
      entry.isConnected = false
    }
  }

  /// Updates a host's entry on behalf of its agent's session.
  /// - Returns: false if a later session has replaced it; then nothing changes.
  @discardableResult
  func update(_ id: HostID, from session: UInt64, _ body: (inout HostEntry) -> Void) -> Bool {
    guard let present = view.hosts[id]?.session else { return true }
    guard present == session else { return false }
    update(id, body)
    return true
  }

  /// Records that a host's agent has sent something, without notifying waiters.
  func seen(_ id: HostID, from session: UInt64, at now: Timestamp) {
    guard view.hosts[id]?.session == session else { return }
    view.note(id) { $0.seenAt = now }
  }

  /// Records that the domains of a host are as its agent sees them.
  func confirm(_ id: HostID, from session: UInt64, at now: Timestamp) {
    guard let entry = view.hosts[id], entry.session == session else { return }
    // Waiters are notified only if something changed.
    guard entry.unread == nil else {
      update(id) { $0.confirm(at: now) }
      return
    }
    view.note(id) { $0.confirm(at: now) }
  }

  /// Records that the store has a host's domains as they are here.
  func stored(_ domains: [VMID: ObservedDomain], of id: HostID) {
    view.note(id) { $0.storedDomains = domains }
  }

  /// The digests of a host's domains.
  func digests(of id: HostID) -> [VMID: UInt64] {
    var digests: [VMID: UInt64] = [:]
    view.note(id) { digests = $0.currentDigests() }
    return digests
  }

  /// Records a measurement of a host's agent, without notifying waiters.
  func measured(_ id: HostID, _ report: UsageReport, at now: Timestamp) {
    view.note(id) { $0.take(report, at: now) }
    decisionIndex.measure(id)
  }

  /// A signal after each change of anything from now on; several changes may share one signal.
  func changes() -> AsyncStream<Void> { changeSignal.values() }

  /// A signal after each change that an operation of a host waits for: of the host's row, of whether it answers, of the
  /// VM's row, or of the VM as the host reports it; several changes may share one signal.
  nonisolated func changes(of vm: VMID?, on host: HostID) -> AsyncStream<Void> { signals.changes(of: vm, on: host) }

  /// Notifies those who wait for a change of anything.
  private func changed() { changeSignal.send(()) }
}

extension Inventory {
  /// The present fleet as an index for decisions.
  func index(now: Timestamp) -> PlacementIndex { decisionIndex.current(view, managed, now: now) }

  /// The present fleet, and how many VMs there are.
  func counted() -> (view: FleetView, vms: VMCounts) {
    vmCounts.update(view)
    return (view, vmCounts)
  }

  /// The VM with a name, and whether Roost manages it; nil if there is none.
  func holder(ofName name: String) -> (owner: AddressOwner, isManaged: Bool)? {
    if let id = managed.names[name], let vm = view.vms[id] {
      let host = view.hosts[vm.hostID]?.host.name ?? vm.host
      return (AddressOwner(vm: name, vmID: id, host: host), true)
    }
    let found = view.index.names[name].compactMap { place in
      view.hosts[place.host].map { AddressOwner(vm: name, vmID: place.vm, host: $0.host.name) }
    }
    return found.min { $0.host < $1.host }.map { ($0, false) }
  }
}

extension Inventory {
  /// The VMs with such an address or port, by name, then host; found by indexes.
  func find(_ query: AddressQuery) -> [VMSummary] {
    var result: [VMSummary] = []
    var managedIDs = managed.ids(of: query)
    for place in query.places(in: view.index) {
      guard let entry = view.hosts[place.host], let domain = entry.domains[place.vm] else { continue }
      if view.vms[place.vm]?.hostID == place.host {
        managedIDs.insert(place.vm)
      } else {
        result.append(view.summary(ofUnmanaged: domain, on: entry))
      }
    }
    for id in managedIDs {
      guard let vm = view.vms[id] else { continue }
      let domain = view.hosts[vm.hostID]?.domains[id]
      let summary = view.summary(of: vm)
      let macs = Set(vm.allocations.macs).union(domain?.macs ?? [])
      let ports = Set([vm.allocations.vncPort].compactMap { $0 }).union(domain?.displayPorts ?? [])
      if query.matches(summary, macs: macs, ports: ports) { result.append(summary) }
    }
    return result.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) }
  }
}

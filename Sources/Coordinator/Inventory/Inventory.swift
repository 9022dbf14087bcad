import Fleet

/// The coordinator's memory of the fleet: a copy of the hard state, and the soft state that agents report.
///
/// It is filled from the store at start and after each commit, and answers every list and search.
actor Inventory {
  var view = FleetView()
  private(set) var managed = ManagedIndex()
  var standing = DecisionIndex()
  private var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var nextWatcher = 0

  /// Takes over what the store has: hosts, VMs, and each host's last report.
  func load(hosts: [Host], vms: [ManagedVM], reports: [HostID: (at: Timestamp, domains: [ObservedDomain])]) {
    for host in hosts {
      var entry = HostEntry(host: host)
      if let report = reports[host.id] {
        entry.domains = Dictionary(report.domains.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        entry.domainsAt = report.at
        entry.seenAt = report.at
        entry.refreshIndex()
      }
      view.hosts[host.id] = entry
    }
    view.vms = Dictionary(vms.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    for vm in vms { managed.replace(nil, with: vm) }
    standing.forget()
    changed()
  }

  /// Puts the committed policy for starts in place.
  func put(_ policy: StartPolicy) {
    view.startPolicy = policy
  }

  /// Puts the committed acceptances of shared addresses in place.
  func put(_ accepted: [AcceptedConflict]) {
    view.accepted = Dictionary(accepted.map { ($0.mac, $0) }, uniquingKeysWith: { _, last in last })
    changed()
  }

  /// Puts a committed host row in place.
  func put(_ host: Host) {
    let isKnown = view.hosts[host.id]?.host.name == host.name
    view.hosts[host.id, default: HostEntry(host: host)].host = host
    if isKnown { standing.touch(host.id) } else { standing.forget() }
    changed()
  }

  /// Forgets a removed host.
  func remove(host id: HostID) {
    view.hosts[id] = nil
    standing.forget()
    changed()
  }

  /// Puts a committed VM row in place, unless a later revision is there already.
  func put(_ vm: ManagedVM) {
    if let present = view.vms[vm.id], present.revision > vm.revision { return }
    if let old = view.vms[vm.id] { standing.touch(old.hostID) }
    managed.replace(view.vms[vm.id], with: vm)
    view.vms[vm.id] = vm
    standing.touch(vm.hostID)
    changed()
  }

  /// Forgets a removed VM; whether its domain is gone is its host's to say.
  func remove(vm id: VMID) { release(vm: id) }

  /// Forgets that a VM is managed; what was observed of it stays.
  func release(vm id: VMID) {
    if let vm = view.vms.removeValue(forKey: id) {
      managed.replace(vm, with: nil)
      standing.touch(vm.hostID)
    }
    changed()
  }

  /// Wakes those who wait for changes, after one that the store alone has.
  func touch() { changed() }

  /// Changes what is known of a host; nothing happens for a host that is not in the fleet.
  func update(_ id: HostID, _ body: (inout HostEntry) -> Void) {
    guard var entry = view.hosts[id] else { return }
    body(&entry)
    entry.refreshIndex()
    view.hosts[id] = entry
    standing.touch(id)
    changed()
  }

  /// Notes that something came from a host's agent, without waking those who wait for changes.
  func seen(_ id: HostID, at now: Timestamp) {
    view.hosts[id]?.seenAt = now
    if view.hosts[id]?.isCurrent == true { view.hosts[id]?.domainsAt = now }
  }

  /// Notes what a host's agent has measured, without waking those who wait for changes.
  func measured(_ id: HostID, _ report: UsageReport, at now: Timestamp) {
    view.hosts[id]?.take(report, at: now)
  }

  /// A signal after each change from now on; several changes may share one signal.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let key = nextWatcher
    nextWatcher += 1
    watchers[key] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(watcher: key) }
    }
    return stream
  }

  private func forget(watcher key: Int) {
    watchers[key] = nil
  }

  private func changed() {
    for watcher in watchers.values { watcher.yield() }
  }
}

import Fleet
import RoostAPI

extension HostEntry {
  /// Records a full report of the domains.
  /// - Parameters:
  ///   - since: when the libvirt that listed them connected.
  ///   - now: when the report arrived.
  mutating func report(all domains: [ObservedDomain], ofLibvirtSince since: Timestamp?, at now: Timestamp) {
    keepAges(of: domains, at: now)
    self.domains = Dictionary(domains.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    verifiedAt = verifiedAt.filter { self.domains[$0.key]?.unread != nil }
    toldOf = since
    unread = nil
    domainsAt = now
  }

  /// Records the changed domains.
  mutating func report(changed: [ObservedDomain], removed: [VMID], at now: Timestamp) {
    keepAges(of: changed, at: now)
    let hasDigests = digests.version == domainsVersion
    for domain in changed { domains[domain.id] = domain }
    for id in removed {
      domains[id] = nil
      verifiedAt[id] = nil
    }
    guard hasDigests else { return }
    for id in changed.map(\.id) + removed { digests.values[id] = domains[id]?.digest }
    digests.version = domainsVersion
  }

  /// True if the store has the domains as they are, whenever the agent read them.
  var isStored: Bool {
    guard let storedDomains, storedDomains.count == domains.count else { return false }
    return domains.allSatisfy { id, domain in
      guard var stored = storedDomains[id] else { return false }
      stored.seenAt = domain.seenAt
      return stored == domain
    }
  }

  /// The digests of the domains, computed only for those that have changed.
  mutating func currentDigests() -> [VMID: UInt64] {
    if digests.version != domainsVersion { digests = (domainsVersion, domains.mapValues(\.digest)) }
    return digests.values
  }

  /// Records that the agent's digest matches: all readable domains are current.
  mutating func confirm(at now: Timestamp) {
    verifiedAt = verifiedAt.filter { domains[$0.key]?.unread != nil }
    unread = nil
    domainsAt = now
  }

  /// Keeps the last time at which domains could be read that can't be any more.
  private mutating func keepAges(of domains: [ObservedDomain], at now: Timestamp) {
    for domain in domains {
      if domain.unread == nil {
        verifiedAt[domain.id] = now
      } else if let present = self.domains[domain.id] {
        verifiedAt[domain.id] = seenAt(of: present)
      }
    }
  }

  /// When a domain was last confirmed as it is here, by the coordinator's clock; nil for never.
  func seenAt(of domain: ObservedDomain) -> Timestamp? {
    if let at = verifiedAt[domain.id] { return at }
    guard domain.unread == nil else { return domain.configurations.isEmpty ? nil : domain.seenAt }
    return domainsAt ?? domain.seenAt
  }

  /// How far the state of a domain can be trusted, or the absence of one.
  func certainty(of domain: ObservedDomain?) -> Freshness {
    guard let domain else { return isCurrent ? .current : .unknown(since: domainsAt) }
    return isCurrent && domain.unread == nil ? .current : .unknown(since: seenAt(of: domain))
  }

  /// Why the state of a domain may be outdated, one sentence; empty if it is current.
  func doubt(of domain: ObservedDomain?) -> String {
    guard isAnswering else { return "host \"\(host.name)\": \(reason)" }
    if let unread {
      return "the domains of \"\(host.name)\" can't be listed since \(unread.since): \(unread.reason.printable)"
    }
    guard let failure = domain?.unread else { return "" }
    return "it can't be read since \(failure.since): \(failure.reason.printable)"
  }
}

extension HostEntry {
  /// True if its libvirt answers only partly, or if something else that guests need does not answer.
  var isDegraded: Bool { !troubles.isEmpty }

  /// The agent's calls that are about every domain of the host at once.
  private static let callsAboutAll: Set<String> = ["list", "statistics"]

  /// What does not answer while the rest does, a clause each.
  var troubles: [String] {
    guard isAnswering, let libvirt else { return [] }
    var troubles: [String] = []
    if let first = libvirt.stuck.first {
      let everyone = Self.callsAboutAll.contains(first.call) ? " of all domains" : ""
      let domain = first.vm.map { id in " of VM \"\((domains[id]?.name ?? id.description).printable)\"" } ?? everyone
      let silent = first.vm == nil ? measurement?.skipped ?? [] : []
      let names = silent.isEmpty ? "" : ", and VM \"\(silent.joined(separator: "\", \""))\" has no measurement"
      let more = libvirt.stuck.count - 1
      let rest = more == 0 ? "" : " (nor from \(more) \(more == 1 ? "call" : "calls") more)"
      troubles.append(
        "its libvirt has not returned from \"\(first.call.printable)\"\(domain) since \(first.since)\(rest)\(names)")
    }
    if let unread { troubles.append("its domains can't be listed since \(unread.since): \(unread.reason.printable)") }
    if let unmeasured, !libvirt.stuck.contains(where: { $0.call == "statistics" }) {
      troubles.append("its domains can't be measured since \(unmeasured.since): \(unmeasured.reason.printable)")
    }
    if let problem = facts?.imageDirectoryProblem, !problem.isEmpty { troubles.append(problem.printable) }
    return troubles
  }

  /// Which of its domains can't be read, as a clause; nil if all can.
  var unreadDomains: String? {
    let found = domains.values.filter { $0.unread != nil }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    guard let first = found.first, let failure = first.unread else { return nil }
    let more = found.count == 1 ? "" : " and \(found.count - 1) more"
    return "VM \"\(first.name.printable)\"\(more) can't be read since \(failure.since): \(failure.reason.printable)"
  }
}

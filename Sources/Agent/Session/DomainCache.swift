internal import Fleet
internal import RoostAPI

/// The host's domains as last seen, and what changed since they were last reported.
///
/// While libvirt does not answer nothing changes here, because that does not prove a domain gone. A domain that can't
/// be read stays as last seen, with the time and the reason. Looks overlap, since each waits for libvirt; one that
/// began earlier never overwrites the result of one that began later. Each result is reported before the next one is
/// stored, so reports are in order, and nothing counts as reported that was not.
actor DomainCache {
  /// What changed.
  struct Delta: Hashable, Sendable {
    var changed: [ObservedDomain] = []
    var removed: [VMID] = []

    var isEmpty: Bool { changed.isEmpty && removed.isEmpty }
  }

  typealias Tell = @Sendable (Delta) -> Void

  private let hypervisor: any Hypervisor
  private let clock: any WallClock
  private var domains: [VMID: ObservedDomain] = [:]
  /// How many looks have begun.
  private var looks = 0
  /// The number of the last look at a domain, unless a later look examined all.
  private var lookedAt: [VMID: Int] = [:]
  /// The number of the last look at all domains.
  private var allLookedAt = 0
  /// True if the coordinator still needs a report of every domain, because they could not be listed.
  private(set) var owesAll = false

  init(hypervisor: any Hypervisor, clock: any WallClock) {
    self.hypervisor = hypervisor
    self.clock = clock
  }

  /// Every domain, in the order of their ids.
  var all: [ObservedDomain] { domains.values.sorted { $0.id < $1.id } }

  /// Reports every domain as it stands, in the order of their ids; nothing is owed after that.
  func tellAll(_ tell: @Sendable ([ObservedDomain]) -> Void) {
    owesAll = false
    tell(all)
  }

  /// Records that the coordinator still needs a report of every domain.
  func oweAll() { owesAll = true }

  /// The domains that came or went since they were looked at, by the ids of those there are now.
  func strays(among present: Set<VMID>) -> Set<VMID> { present.symmetricDifference(domains.keys) }

  /// Reports the hash of each domain.
  func tellDigests(_ tell: @Sendable ([VMID: UInt64]) -> Void) { tell(domains.mapValues(\.digest)) }

  /// Examines every domain and reports what changed.
  /// - Throws: ``FleetError`` if they can't be listed; then nothing changes.
  func lookAtAll(_ tell: Tell = { _ in }) async throws {
    let look = begin()
    let seen = try await hypervisor.domains().map(standing)
    guard look > allLookedAt else { return }
    var found = Dictionary(seen.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    lookedAt = lookedAt.filter { $0.value > look }
    for id in lookedAt.keys { found[id] = domains[id] }
    allLookedAt = look
    let delta = Delta(
      changed: found.values.filter { $0.differs(from: domains[$0.id]) }.sorted { $0.id < $1.id },
      removed: domains.keys.filter { found[$0] == nil }.sorted())
    domains = found
    tell(delta)
  }

  /// Examines some domains, and reports each that changed; ends early if libvirt does not answer, since everything is
  /// reported when it is back.
  func look(at ids: Set<VMID>, _ tell: Tell = { _ in }) async {
    for id in ids.sorted() {
      let look = begin()
      let found: ObservedDomain?
      do {
        found = try await hypervisor.domain(id).map(standing)
      } catch {
        let failure = FleetError(libvirt: error)
        if failure.code == .unreachable || error is CancellationError { return }
        found = standing(ObservedDomain(unreadable: id, failure, at: clock.now()))
      }
      guard look > max(lookedAt[id] ?? 0, allLookedAt) else { continue }
      lookedAt[id] = look
      if let found {
        let differs = found.differs(from: domains[id])
        domains[id] = found
        if differs { tell(Delta(changed: [found])) }
      } else if domains.removeValue(forKey: id) != nil {
        tell(Delta(removed: [id]))
      }
    }
  }

  private func begin() -> Int {
    looks += 1
    return looks
  }

  /// The value to store for a domain: one that can't be read stays as last seen, with the first reason.
  private func standing(_ seen: ObservedDomain) -> ObservedDomain {
    guard let failure = seen.unread, var last = domains[seen.id] else { return seen }
    last.unread = last.unread ?? failure
    return last
  }

  /// The running domains that have an interface without a known address.
  var withoutAddress: Set<VMID> {
    Set(
      domains.values.filter {
        $0.state == .running && $0.unread == nil && $0.leases.isEmpty && !$0.macs.isEmpty
      }.map(\.id))
  }
}

extension ObservedDomain {
  /// True if anything but the time it was seen differs.
  fileprivate func differs(from other: ObservedDomain?) -> Bool {
    guard var other else { return true }
    other.seenAt = seenAt
    return other != self
  }
}

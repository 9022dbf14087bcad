internal import Fleet
internal import RoostAPI

/// The host's domains as last seen, and what changed since they were last told.
///
/// While libvirt is away nothing changes here: what is not seen is not gone. Looks overlap, since each waits for
/// libvirt; one that began earlier never overwrites what one that began later has found.
actor DomainBook {
  /// What changed.
  struct Delta: Hashable, Sendable {
    var changed: [ObservedDomain] = []
    var removed: [VMID] = []

    var isEmpty: Bool { changed.isEmpty && removed.isEmpty }
  }

  private let hypervisor: any Hypervisor
  private var domains: [VMID: ObservedDomain] = [:]
  /// How many looks have begun.
  private var looks = 0
  /// The look that last told of a domain, if no later one told of all.
  private var lookedAt: [VMID: Int] = [:]
  /// The last look that told of all.
  private var allLookedAt = 0

  init(hypervisor: any Hypervisor) {
    self.hypervisor = hypervisor
  }

  /// Every domain, in the order of their ids.
  var all: [ObservedDomain] { domains.values.sorted { $0.id < $1.id } }

  /// A hash of each domain.
  var digests: [VMID: UInt64] { domains.mapValues(\.digest) }

  /// Looks at every domain.
  func lookAtAll() async throws -> Delta {
    let look = begin()
    let seen = try await hypervisor.domains().map { $0.isUnreadable ? domains[$0.id] ?? $0 : $0 }
    guard look > allLookedAt else { return Delta() }
    var found = Dictionary(seen.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    lookedAt = lookedAt.filter { $0.value > look }
    for id in lookedAt.keys { found[id] = domains[id] }
    allLookedAt = look
    let delta = Delta(
      changed: found.values.filter { $0.differs(from: domains[$0.id]) }.sorted { $0.id < $1.id },
      removed: domains.keys.filter { found[$0] == nil }.sorted())
    domains = found
    return delta
  }

  /// Looks at some domains.
  func look(at ids: Set<VMID>) async throws -> Delta {
    var delta = Delta()
    for id in ids.sorted() {
      let look = begin()
      let found = try await hypervisor.domain(id)
      guard look > max(lookedAt[id] ?? 0, allLookedAt) else { continue }
      lookedAt[id] = look
      if let found {
        if found.differs(from: domains[id]) { delta.changed.append(found) }
        domains[id] = found
      } else if domains.removeValue(forKey: id) != nil {
        delta.removed.append(id)
      }
    }
    return delta
  }

  private func begin() -> Int {
    looks += 1
    return looks
  }

  /// The running domains with an interface whose address is not known yet.
  var withoutAddress: Set<VMID> {
    Set(domains.values.filter { $0.state == .running && $0.leases.isEmpty && !$0.macs.isEmpty }.map(\.id))
  }
}

extension ObservedDomain {
  /// True if libvirt lists it and its document can't be read: then what was seen last stands.
  fileprivate var isUnreadable: Bool { state == .unknown && configurations.isEmpty }

  /// True if anything but the time it was seen differs.
  fileprivate func differs(from other: ObservedDomain?) -> Bool {
    guard var other else { return true }
    other.seenAt = seenAt
    return other != self
  }
}

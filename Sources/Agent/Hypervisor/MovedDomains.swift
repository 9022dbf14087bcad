internal import Fleet
internal import Logging
internal import Synchronization

/// The domains that are off here because they were moved to another host.
///
/// libvirt knows why a domain is off only until it starts again, and calls the reason unknown afterwards: what it said
/// before is kept in the agent's state directory, until the domain is seen running here or is gone.
final class MovedDomains: Sendable {
  private static let file = "moved.json"

  private let directory: StateDirectory?
  private let known: Mutex<Set<String>>

  /// Takes up what was kept; a file that can't be read counts as none, which is logged.
  /// - Parameter directory: nil to keep nothing beyond this process.
  init(_ directory: StateDirectory? = nil, logger: Logger? = nil) {
    self.directory = directory
    var kept: [String]?
    do {
      kept = try directory?.read(Self.file)
    } catch {
      let failure = FleetError(agent: error).message
      logger?.warning(
        "\(failure); it counts as empty: that a domain which is off was moved from here, only libvirt may still know")
    }
    known = Mutex(Set(kept ?? []))
  }

  /// The domain with what was known of it before.
  func completed(_ domain: ObservedDomain) -> ObservedDomain {
    var completed = domain
    if domain.isMovedAway {
      change { $0.insert(domain.id.description).inserted }
    } else if domain.state.mayBeActive {
      forget(domain.id)
    } else {
      completed.isMovedAway = known.withLock { $0.contains(domain.id.description) }
    }
    return completed
  }

  /// Forgets a domain that is gone.
  func forget(_ id: VMID) {
    change { $0.remove(id.description) != nil }
  }

  /// - Parameter body: returns true if it changed the set.
  private func change(_ body: (inout Set<String>) -> Bool) {
    known.withLock { known in
      guard body(&known), let directory else { return }
      // A disk that is full costs the memory beyond this process, and nothing else.
      try? directory.write(known.sorted(), to: Self.file)
    }
  }
}

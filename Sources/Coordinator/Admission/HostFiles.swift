import Fleet
import Scheduling

/// What hosts answered about the files that a VM brings along.
struct HostFiles: Sendable {
  /// The answers by host; nil for a VM that brings none.
  var answers: [HostID: KnownFiles]?

  /// What is known of one host.
  subscript(host: HostID) -> KnownFiles {
    guard let answers else { return .unasked }
    return answers[host] ?? .unknown("it could not be asked before the decision")
  }

  /// One sentence for each thing at a path, and each volume, that nobody could look for on a host.
  func unchecked(_ needs: Set<HostNeed>, on host: HostSnapshot?) -> [String] {
    guard let host, case .found(let kinds) = self[host.id] else { return [] }
    return needs.filter { $0.isPath || $0.kind == .volume }.sorted { ($0.value, $0.subject) < ($1.value, $1.subject) }
      .compactMap { need in
        let isLookedFor = kinds[need.value].map { $0 != .hidden } ?? need.isPath
        guard !isLookedFor else { return nil }
        let what = need.kind == .volume ? "the volume \(need.value.printable)" : need.value.printable
        let wanted = "\(what) for \(need.subject.printable)"
        return "whether \(host.name) has \(wanted) can't be checked: its agent may not look there"
      }
  }

  /// The hosts with what is known put in.
  func added(to index: PlacementIndex) -> PlacementIndex {
    guard answers != nil else { return index }
    return PlacementIndex(
      index.hosts.map { snapshot in
        var snapshot = snapshot
        snapshot.files = self[snapshot.id]
        return snapshot
      }, under: index.policy)
  }
}

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

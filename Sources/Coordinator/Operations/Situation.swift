import Fleet

/// Everything that decides what an operation does next.
struct Situation: Sendable {
  var operation: FleetOperation
  /// The host that carries it out; nil if it has been removed.
  var entry: HostEntry?
  var vm: ManagedVM?
  var observed: ObservedDomain?
  var tombstone: Tombstone?
  var images: [Image]
}

/// What a placement aims for among the hosts that fit.
public enum PlacementPolicy: String, Hashable, Sendable, CaseIterable {
  /// Even use: the host with the most left wins.
  case spread
  /// Few hosts in use: the host with the least left wins.
  case pack
}

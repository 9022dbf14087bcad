/// What a placement aims for among the hosts that fit.
public enum PlacementPolicy: String, Hashable, Sendable, CaseIterable {
  /// Even use: the host with the most left wins.
  case spread
  /// Few hosts in use: the host with the least left wins.
  case pack
  /// Even use whose rest stays usable: a host left with memory but no CPUs, or the other way round, loses.
  case balanced
  /// Few hosts awake: as `pack`, and a host without VMs comes last.
  case power
}

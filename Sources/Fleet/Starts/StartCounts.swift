/// How many starts were judged, by what came of it.
public struct StartCounts: Hashable, Sendable {
  /// Those that went on.
  public var allowed: Int64
  /// Those that went on and were told of.
  public var warned: Int64
  /// Those that were refused.
  public var refused: Int64

  /// Makes the value.
  public init(allowed: Int64 = 0, warned: Int64 = 0, refused: Int64 = 0) {
    self.allowed = allowed
    self.warned = warned
    self.refused = refused
  }

  /// Counts one more.
  public mutating func count(_ ruling: StartVerdict.Ruling) {
    switch ruling {
    case .allow: allowed += 1
    case .warn: warned += 1
    case .refuse: refused += 1
    }
  }
}

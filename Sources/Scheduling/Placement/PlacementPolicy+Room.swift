internal import Fleet

extension PlacementPolicy {
  /// True if the host with the most left wins.
  var prefersRoom: Bool { self == .spread || self == .balanced }
}

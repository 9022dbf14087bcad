internal import Fleet

/// A VM where it stands, with what it would ask of another host.
public struct PlacedVM: Hashable, Sendable {
  /// What it asks of a host; ``PlacementRequest/host`` ties it to that one.
  public var request: PlacementRequest
  /// True if its guest runs, so that moving it is a live migration.
  public var isRunning: Bool
  /// False for a guest that Roost only found there: it counts, and nobody moves it.
  public var isManaged: Bool
  /// How many bytes of memory its guest writes per second, if known.
  public var dirtyBytesPerSecond: Int64

  /// Its name.
  public var name: String { request.spec.name }

  /// Makes a placed VM.
  public init(
    _ request: PlacementRequest, isRunning: Bool = true, isManaged: Bool = true, dirtyBytesPerSecond: Int64 = 0
  ) {
    self.request = request
    self.isRunning = isRunning
    self.isManaged = isManaged
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
  }
}

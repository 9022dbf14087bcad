/// Which logical processors a host has, and which of them are online.
public struct CPUMap: Sendable, Hashable {
  /// How many there are, offline ones among them.
  public let present: Int
  /// The numbers of those online, ascending.
  public let online: [Int]
}

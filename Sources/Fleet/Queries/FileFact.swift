/// What stands at one path of a host.
public struct FileFact: Hashable, Sendable {
  /// What kind of thing it is, links followed.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nothing is there.
    case missing
    /// A regular file.
    case regular
    /// A block device.
    case block
    /// A directory.
    case directory
    /// A character device, a socket or the like.
    case other
    /// The agent's user may not look there.
    case hidden
  }

  /// The path that was asked for.
  public var path: String
  /// What is there.
  public var kind: Kind
  /// How large it is; zero if that can't be told.
  public var size: Memory
  /// What tells it from every other file of the host, whatever path leads there; empty if that can't be told.
  public var identity: String

  /// Makes a fact.
  public init(path: String, kind: Kind, size: Memory = .zero, identity: String = "") {
    self.path = path
    self.kind = kind
    self.size = size
    self.identity = identity
  }
}

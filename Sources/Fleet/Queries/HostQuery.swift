/// A question to a host's agent that changes nothing there.
public struct HostQuery: Hashable, Sendable {
  /// What is asked.
  public enum Content: Hashable, Sendable {
    /// What stands at these absolute paths; at most ``HostQuery/pathLimit``.
    case files([String])
    /// The documents of a domain.
    case document(VMID)
  }

  /// How many paths one question may name.
  public static let pathLimit = 64
  /// How long a path may be, in bytes.
  public static let pathLengthLimit = 4096

  /// Its identity, under which the answer comes back.
  public var id: QueryID
  /// What is asked.
  public var content: Content

  /// Makes a question.
  public init(id: QueryID, content: Content) {
    self.id = id
    self.content = content
  }
}

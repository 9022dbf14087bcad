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

/// What an agent answers to a ``HostQuery``.
public struct HostAnswer: Hashable, Sendable {
  /// What was found.
  public enum Content: Hashable, Sendable {
    /// One for each path, in the order of the question.
    case files([FileStatus])
    /// The documents of the domain.
    case document(DomainDocuments)
  }

  /// The question's identity.
  public var id: QueryID
  /// What was found, or why nothing was.
  public var result: Result<Content, FleetError>

  /// Makes an answer.
  public init(id: QueryID, result: Result<Content, FleetError>) {
    self.id = id
    self.result = result
  }
}

/// What stands at one path of a host.
public struct FileStatus: Hashable, Sendable {
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
  public var size: ByteCount
  /// What tells it from every other file of the host, whatever path leads there; empty if that can't be told.
  public var identity: String

  /// Makes a fact.
  public init(path: String, kind: Kind, size: ByteCount = .zero, identity: String = "") {
    self.path = path
    self.kind = kind
    self.size = size
    self.identity = identity
  }
}

/// A domain's documents as libvirt writes them, without passwords.
public struct DomainDocuments: Hashable, Sendable {
  /// What is saved for the next start; nil for a domain that vanishes when it stops.
  public var saved: String?
  /// What runs now; nil if it does not run.
  public var live: String?

  /// Makes the value.
  public init(saved: String?, live: String?) {
    self.saved = saved
    self.live = live
  }
}

/// A question to a host's agent that changes nothing there.
package struct HostQuery: Hashable, Sendable {
  /// What is asked.
  package enum Content: Hashable, Sendable {
    /// What stands at these absolute paths; at most ``HostQuery/pathLimit``.
    case files([String])
    /// The documents of a domain.
    case document(VMID)
  }

  /// How many paths one question may name.
  package static let pathLimit = 64
  /// How long a path may be, in bytes.
  package static let pathLengthLimit = 4096

  /// Its identity, under which the answer comes back.
  package var id: QueryID
  /// What is asked.
  package var content: Content

  /// Makes a question.
  package init(id: QueryID, content: Content) {
    self.id = id
    self.content = content
  }
}

/// What an agent answers to a ``HostQuery``.
package struct HostAnswer: Hashable, Sendable {
  /// What was found.
  package enum Content: Hashable, Sendable {
    /// One for each path, in the order of the question.
    case files([FileStatus])
    /// The documents of the domain.
    case document(DomainDocuments)
  }

  /// The question's identity.
  package var id: QueryID
  /// What was found, or why nothing was.
  package var result: Result<Content, FleetError>

  /// Makes an answer.
  package init(id: QueryID, result: Result<Content, FleetError>) {
    self.id = id
    self.result = result
  }
}

/// What stands at one path of a host.
package struct FileStatus: Hashable, Sendable {
  /// What kind of thing it is, links followed.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
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
  package var path: String
  /// What is there.
  package var kind: Kind
  /// How large it is; zero if that can't be told.
  package var size: ByteCount
  /// What tells it from every other file of the host, whatever path leads there; empty if that can't be told.
  package var identity: String

  /// Makes a fact.
  package init(path: String, kind: Kind, size: ByteCount = .zero, identity: String = "") {
    self.path = path
    self.kind = kind
    self.size = size
    self.identity = identity
  }
}

/// A domain's documents as libvirt writes them, without passwords.
package struct DomainDocuments: Hashable, Sendable {
  /// What is saved for the next start; nil for a domain that vanishes when it stops.
  package var saved: String?
  /// What runs now; nil if it does not run.
  package var live: String?

  package init(saved: String?, live: String?) {
    self.saved = saved
    self.live = live
  }
}

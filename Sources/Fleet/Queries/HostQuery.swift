/// A query to a host's agent; it changes nothing there.
package struct HostQuery: Hashable, Sendable {
  /// The content of a query.
  package enum Content: Hashable, Sendable {
    /// The status of these absolute paths; at most ``HostQuery/pathLimit``.
    case files([String])
    /// The documents of a domain.
    case document(VMID)
  }

  /// The most paths of one query.
  package static let pathLimit = 64
  /// The longest path, in bytes.
  package static let pathLengthLimit = 4096

  /// Its identity, which the answer repeats.
  package var id: QueryID
  /// The content.
  package var content: Content

  /// Makes a question.
  package init(id: QueryID, content: Content) {
    self.id = id
    self.content = content
  }
}

/// The answer of an agent to a ``HostQuery``.
package struct HostAnswer: Hashable, Sendable {
  /// The content of an answer.
  package enum Content: Hashable, Sendable {
    /// One status for each path, in the order of the query.
    case files([FileStatus])
    /// The documents of the domain.
    case document(DomainDocuments)
  }

  /// The query's identity.
  package var id: QueryID
  /// The content, or why there is none.
  package var result: Result<Content, FleetError>

  /// Makes an answer.
  package init(id: QueryID, result: Result<Content, FleetError>) {
    self.id = id
    self.result = result
  }
}

/// The status of one path of a host.
package struct FileStatus: Hashable, Sendable {
  /// The kind of file, links followed.
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
    /// The agent's user has no permission to look.
    case hidden
  }

  /// The path of the query.
  package var path: String
  /// The kind.
  package var kind: Kind
  /// The size; 0 if unknown.
  package var size: ByteCount
  /// Identifies the file on the host, whatever its path; empty if unknown.
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
  /// The document saved for the next start; nil for a transient domain.
  package var saved: String?
  /// The document of the running guest; nil if it does not run.
  package var live: String?

  package init(saved: String?, live: String?) {
    self.saved = saved
    self.live = live
  }
}

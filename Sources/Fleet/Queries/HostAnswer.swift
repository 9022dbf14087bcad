/// What an agent answers to a ``HostQuery``.
public struct HostAnswer: Hashable, Sendable {
  /// What was found.
  public enum Content: Hashable, Sendable {
    /// One for each path, in the order of the question.
    case files([FileFact])
    /// The documents of the domain.
    case document(DomainTexts)
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

public import Fleet

/// A client's write that was carried out, with what came of it; the same id gets the same answer.
public struct StoredRequest: Hashable, Sendable {
  /// The id that the client chose.
  public var id: RequestID
  /// What the client asked for, hashed; another body under the same id is another request.
  public var bodyHash: String
  /// The operation it became, if it became one.
  public var operationID: OperationID?
  /// The VM it made, if it made one.
  public var vmID: VMID?
  /// The answer itself, where it is kept; else empty.
  public var answer: [UInt8]
  /// When it was carried out.
  public var at: Timestamp
  /// Who asked; what is kept of a new one is the change's own actor.
  public var actor: String

  /// Makes the value.
  public init(
    id: RequestID, bodyHash: String, operationID: OperationID? = nil, vmID: VMID? = nil, answer: [UInt8] = [],
    at: Timestamp, actor: String = ""
  ) {
    self.id = id
    self.bodyHash = bodyHash
    self.operationID = operationID
    self.vmID = vmID
    self.answer = answer
    self.at = at
    self.actor = actor
  }
}

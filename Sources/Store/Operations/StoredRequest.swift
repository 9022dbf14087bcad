package import Fleet

/// A client's write that was carried out, with its outcome; the same id gets the same answer.
package struct StoredRequest: Hashable, Sendable {
  /// The id from the client.
  package var id: RequestID
  /// The hash of the request; another body with the same id is another request.
  package var bodyHash: String
  /// The operation that it created, if any.
  package var operationID: OperationID?
  /// The VM that it created, if any.
  package var vmID: VMID?
  /// The stored answer; empty if none is stored.
  package var answer: [UInt8]
  /// When it was carried out.
  package var at: Timestamp
  /// The requester; for a new request, the actor of the change is stored.
  package var actor: String

  package init(
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

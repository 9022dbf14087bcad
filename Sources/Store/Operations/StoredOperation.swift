package import Fleet

/// The parts of an operation that are kept as JSON.
enum StoredOperation {
  /// A step.
  struct Step: Codable {
    let name: String
    let state: String
    let detail: String
    let fraction: Double?
    let busyPorts: Int?

    init(_ step: OperationStep) {
      name = step.name
      state = step.state.rawValue
      detail = step.detail
      fraction = step.fraction
      busyPorts = step.busyPorts == 0 ? nil : step.busyPorts
    }

    func value() throws(FleetError) -> OperationStep {
      guard let state = OperationState(rawValue: state) else {
        throw .unreadable("step", of: "an operation", "its state is \"\(state)\"")
      }
      return OperationStep(name: name, state: state, detail: detail, fraction: fraction, busyPorts: busyPorts ?? 0)
    }
  }

  /// Why it failed.
  struct Failure: Codable {
    struct Refused: Codable {
      let host: String
      let rule: String
      let detail: String
    }

    let code: String
    let message: String
    let hint: String
    let operation: String?
    let retryable: Bool
    let refusals: [Refused]

    init(_ failure: FleetError) {
      code = failure.code.rawValue
      message = failure.message
      hint = failure.hint
      operation = failure.operation?.description
      retryable = failure.retryable
      refusals = failure.refusals.map { Refused(host: $0.host, rule: $0.rule, detail: $0.detail) }
    }

    var value: FleetError {
      FleetError(
        FleetError.Code(rawValue: code), message, hint: hint, operation: operation.flatMap { OperationID($0) },
        retryable: retryable,
        refusals: refusals.map { Refusal(host: $0.host, rule: $0.rule, detail: $0.detail) })
    }
  }
}

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

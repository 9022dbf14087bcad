package import Fleet
internal import GRDB

internal import struct Foundation.Data

extension FleetTransaction {
  /// Inserts an accepted operation.
  package func insertOperation(_ operation: FleetOperation) throws(FleetError) {
    try insert(
      into: "operations",
      [
        "id": operation.id.description, "kind": operation.kind.rawValue, "vm_id": operation.vmID?.description,
        "subject": operation.subject.withoutNUL, "host_id": operation.hostID?.description, "host": operation.host,
        "state": operation.state.rawValue, "steps": try Self.steps(operation),
        "failure": try Self.failure(operation), "force": operation.force,
        "timeout_seconds": operation.timeoutSeconds, "created_at": operation.createdAt.milliseconds,
        "ended_at": operation.endedAt?.milliseconds,
        "actor": operation.actor.isEmpty ? actor : operation.actor.withoutNUL,
      ], about: "operation \(operation.id)")
  }

  /// Stores an operation's progress: its state, steps, failure and end. A tombstone permits only what its operation
  /// does, so it is removed when the operation ends, whatever the result.
  /// - Throws: ``FleetError`` with code `notFound`, `conflict` if it has ended in another state already, or `invalid`
  ///   for an end without its time or a time without an end.
  package func updateOperation(_ operation: FleetOperation) throws(FleetError) {
    let subject = "operation \(operation.id)"
    let count = try update(
      "operations",
      [
        "state": operation.state.rawValue, "steps": try Self.steps(operation),
        "failure": try Self.failure(operation), "ended_at": operation.endedAt?.milliseconds,
      ], where: "id", is: operation.id.description, about: subject)
    guard count == 1 else { throw FleetError(.notFound, "there is no \(subject)") }
    if operation.state.isEnded, let vm = operation.vmID { try removeTombstone(vm: vm) }
  }

  private static func steps(_ operation: FleetOperation) throws(FleetError) -> String {
    try JSONText.encode(operation.steps)
  }

  private static func failure(_ operation: FleetOperation) throws(FleetError) -> String? {
    guard let failure = operation.failure else { return nil }
    return try JSONText.encode(failure)
  }

  /// Appends to the event log.
  /// - Returns: the event with its number, one more than the last.
  @discardableResult
  package func appendEvent(
    at: Timestamp, kind: FleetEvent.Kind, subject: String, message: String
  ) throws(FleetError) -> FleetEvent {
    let (subject, message) = (subject.withoutNUL, message.withoutNUL)
    try insert(
      into: "events",
      ["at": at.milliseconds, "kind": kind.rawValue, "subject": subject, "message": message, "actor": actor],
      about: "event \(kind.rawValue)")
    let event = FleetEvent(
      number: database.lastInsertedRowID, at: at, kind: kind.rawValue, subject: subject, message: message, actor: actor)
    events.append(event)
    return event
  }

  /// Stores the outcome of a client's request, so that a repeat gets the same answer.
  /// - Throws: ``FleetError`` with code `conflict` if the id was answered already.
  package func insertRequest(_ request: StoredRequest) throws(FleetError) {
    try insert(
      into: "requests",
      [
        "id": request.id.description, "body_hash": request.bodyHash,
        "operation_id": request.operationID?.description, "vm_id": request.vmID?.description,
        "answer": Data(request.answer), "at": request.at.milliseconds, "actor": actor,
      ], about: "request \(request.id)")
  }
}

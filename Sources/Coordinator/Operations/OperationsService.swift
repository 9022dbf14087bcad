import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// The operator's calls about operations and events.
struct OperationsService: Roost_V1_Operations.SimpleServiceProtocol {
  /// How many events are read from the store at a time.
  static let page = 500

  let store: FleetStore
  let activeOperations: ActiveOperations
  let admission: Admission

  func list(
    request: Roost_V1_ListOperationsRequest, response: RPCWriter<Roost_V1_ListOperationsResponse>,
    context: ServerContext
  ) async throws {
    let (unfinished, vm) = (request.unfinished, request.vm)
    let limit = request.limit == 0 ? 1000 : min(Int(clamping: request.limit), 1_000_000)
    let operations = try await store.read { try $0.operations(unfinished: unfinished, of: vm, limit: limit) }
    var pages = PageWriter(request.pageSize, to: response)
    // On one page they stay in the order in which the first releases have them, oldest first.
    let ordered = request.pageSize == 0 ? operations : operations.sorted { $0.createdAt > $1.createdAt }
    for operation in ordered { try await pages.add(operation.message, to: \.operations) }
    try await pages.end()
  }

  func get(
    request: Roost_V1_GetOperationRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let operation = try await operation(request.id)
    return .with { $0.operation = operation.message }
  }

  func watch(
    request: Roost_V1_GetOperationRequest, response: RPCWriter<Roost_V1_OperationResponse>, context: ServerContext
  ) async throws {
    let first = try await operation(request.id)
    if let forms = await activeOperations.watch(first.id) {
      for await form in forms {
        try await response.write(.with { $0.operation = form.message })
        if form.state.isEnded { return }
      }
    }
    // It ended before the watch began.
    let last = try await operation(request.id)
    try await response.write(.with { $0.operation = last.message })
  }

  func cancel(
    request: Roost_V1_CancelOperationRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let id = try await id(beginning: request.id)
    let operation = try await admission.cancel(id, by: Caller.current, write)
    return .with { $0.operation = operation.message }
  }

  func events(
    request: Roost_V1_EventsRequest, response: RPCWriter<Roost_V1_Event>, context: ServerContext
  ) async throws {
    let query = EventQuery(request)
    // Only what the client asks for wakes this call.
    let notifications = store.eventSignal.values { $0.contains(where: query.matches) }
    var place = (last: Int64(clamping: request.since), isFirst: true)
    try await write(query, from: &place, to: response)
    guard request.follow else { return }
    for await _ in notifications { try await write(query, from: &place, to: response) }
  }

  func audit(
    request: Roost_V1_AuditRequest, response: RPCWriter<Roost_V1_Event>, context: ServerContext
  ) async throws {
    var last = Int64(clamping: request.since)
    while true {
      let since = last
      let rows = try await store.read { try $0.audit(since: since, limit: Self.page) }
      for row in rows {
        try await response.write(row.eventMessage)
        last = row.number
      }
      if rows.count < Self.page { return }
    }
  }

  /// Writes the events after a number.
  /// - Parameter place: the number of the last event that was looked at, and true until something was written: the
  ///   first event has the number of the oldest one kept.
  private func write(
    _ query: EventQuery, from place: inout (last: Int64, isFirst: Bool), to response: RPCWriter<Roost_V1_Event>
  ) async throws {
    while true {
      let since = place.last
      let (page, oldest, newest) = try await store.read { reader in
        (
          try reader.events(since: since, query, limit: Self.page), try reader.firstEventNumber(),
          try reader.lastEventNumber()
        )
      }
      for event in page.events {
        var message = event.eventMessage
        if place.isFirst { message.oldestKept = UInt64(clamping: oldest) }
        place.isFirst = false
        try await response.write(message)
      }
      // What the query leaves out is not looked at again.
      place.last = max(since, page.last ?? newest)
      if page.last == nil { return }
    }
  }

  private func operation(_ text: String) async throws -> FleetOperation {
    let id = try await id(beginning: text)
    if let shown = await activeOperations[id] { return shown }
    guard let stored = try await store.read({ try $0.operation(id) }) else {
      throw FleetError(.notFound, "there is no operation \(id)", hint: "list them: roost op list")
    }
    return stored
  }

  /// The operation's id that a person types: whole, or as much of it as one operation alone begins with.
  /// - Throws: ``FleetError``: `invalid` for what begins no id or several, `notFound` if none begins like that.
  private func id(beginning text: String) async throws -> OperationID {
    if let id = OperationID(text) { return id }
    let beginning = text.lowercased()
    guard (4..<36).contains(beginning.utf8.count),
      beginning.utf8.allSatisfy({ "0123456789abcdef-".utf8.contains($0) })
    else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is not an operation's id, nor four or more characters of its beginning",
        hint: "list them: roost op list")
    }
    let found = try await store.read { try $0.operations(beginning: beginning, limit: 3) }
    guard let first = found.first else {
      throw FleetError(
        .notFound, "there is no operation whose id begins with \(beginning)", hint: "list them: roost op list")
    }
    guard found.count == 1 else {
      let names = found.prefix(2).map { "\($0.id) (\($0.kind.rawValue) \($0.subject.printable))" }
      let more = found.count > 2 ? " and more" : ""
      throw FleetError(
        .invalid, "several operations begin with \(beginning): \(names.joined(separator: ", "))\(more)",
        hint: "type more of the id")
    }
    return first.id
  }
}

extension EventQuery {
  /// Reads a client's query; empty texts and 0 match all.
  init(_ request: Roost_V1_EventsRequest) {
    func moment(_ milliseconds: Int64) -> Timestamp? { milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds) }
    self.init(
      vm: request.vm.isEmpty ? nil : request.vm, host: request.host.isEmpty ? nil : request.host,
      from: moment(request.from), until: moment(request.until))
  }
}

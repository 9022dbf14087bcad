package import Fleet

extension FleetSnapshotReader {
  /// The newest operations in the order of their acceptance, at most `limit`.
  /// - Parameters:
  ///   - unfinished: true leaves out those that have ended.
  ///   - vm: the name or the id of the only VM whose operations count, or empty for all.
  package func operations(unfinished: Bool, of vm: String = "", limit: Int) throws(FleetError) -> [FleetOperation] {
    let open = unfinished ? "AND state IN ('pending', 'running')" : ""
    let condition =
      vm.isEmpty ? "WHERE ? = ? \(open)" : "WHERE vm_id IS NOT NULL AND (subject = ? OR vm_id = ?) \(open)"
    return try rows(
      of: "an operation",
      "SELECT * FROM (SELECT * FROM operations \(condition) ORDER BY number DESC LIMIT ?) ORDER BY number",
      [vm, vm, max(0, limit)]
    ).reading(Self.operation)
  }

  /// How many operations have not ended.
  package func openOperationCount() throws(FleetError) -> Int {
    try integers(of: "an operation", "SELECT COUNT(*) FROM operations WHERE state IN ('pending', 'running')")
      .first.map { Int($0) } ?? 0
  }

  /// The operations whose ids begin like that, in the order of their ids, at most `limit`.
  /// - Parameter beginning: hexadecimal digits and hyphens.
  package func operations(
    beginning: String, limit: Int
  ) throws(FleetError) -> [FleetOperation] {
    // No id holds a "g", which comes after every digit that one may hold.
    try rows(
      of: "an operation", "SELECT * FROM operations WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
      [beginning, beginning + "g", max(0, limit)]
    ).reading(Self.operation)
  }

  /// The operation with this id, or nil.
  package func operation(_ id: OperationID) throws(FleetError) -> FleetOperation? {
    try rows(of: "an operation", "SELECT * FROM operations WHERE id = ?", [id.description])
      .reading(Self.operation).first
  }

  /// The newest operations of a VM in the order of their acceptance, at most `limit`, and how many older ones it has.
  package func operations(vm: VMID, newest limit: Int) throws(FleetError) -> (newest: [FleetOperation], older: Int) {
    let newest = try rows(
      of: "an operation",
      """
      SELECT * FROM (SELECT * FROM operations WHERE vm_id = ? ORDER BY number DESC LIMIT ?) ORDER BY number
      """, [vm.description, max(0, limit)]
    ).reading(Self.operation)
    let count = try row(
      of: "an operation", "SELECT count(*) AS number FROM operations WHERE vm_id = ?", [vm.description])
    return (newest, max(0, (try count?.small("number") ?? 0) - newest.count))
  }

  /// The newest operation of each of some VMs that has one.
  package func newestOperations(of vms: [VMID]) throws(FleetError) -> [VMID: FleetOperation] {
    var newest: [VMID: FleetOperation] = [:]
    for vm in vms {
      newest[vm] = try rows(
        of: "an operation", "SELECT * FROM operations WHERE vm_id = ? ORDER BY number DESC LIMIT 1", [vm.description]
      ).reading(Self.operation).first
    }
    return newest
  }

  /// The VMs that have an unfinished operation.
  package func busyVMs() throws(FleetError) -> Set<VMID> {
    Set(
      try rows(
        of: "an operation",
        "SELECT vm_id FROM operations WHERE state IN ('pending', 'running') AND vm_id IS NOT NULL", []
      ).reading { row throws(FleetError) in try row.id("vm_id") })
  }

  /// The operations of a host that have not ended, in the order of their acceptance.
  package func openOperations(on host: HostID) throws(FleetError) -> [FleetOperation] {
    try rows(
      of: "an operation",
      "SELECT * FROM operations WHERE state IN ('pending', 'running') AND host_id = ? ORDER BY number",
      [host.description]
    ).reading(Self.operation)
  }

  /// All operations of a VM in the order of their acceptance.
  package func operations(vm: VMID) throws(FleetError) -> [FleetOperation] {
    try rows(of: "an operation", "SELECT * FROM operations WHERE vm_id = ? ORDER BY number", [vm.description])
      .reading(Self.operation)
  }

  /// The events after a number in their order, at most `limit`.
  package func events(since number: Int64, limit: Int) throws(FleetError) -> [FleetEvent] {
    try rows(
      of: "an event", "SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?", [number, max(0, limit)]
    ).reading(Self.event)
  }

  /// The events after a number that a query selects, in their order.
  /// - Returns: the events among the next `limit` candidates, and the number of the last candidate; nil if there are no
  ///   more.
  package func events(
    since number: Int64, _ query: EventQuery, limit: Int
  ) throws(FleetError) -> (events: [FleetEvent], last: Int64?) {
    // SQLite filters out most events; the query decides about the rest.
    let candidates = try rows(
      of: "an event",
      """
      SELECT * FROM events WHERE number > ? AND at >= ? AND at < ? AND instr(subject || ' ' || message, ?) > 0
      AND instr(subject || ' ' || message || ' ' || actor, ?) > 0 ORDER BY number LIMIT ?
      """,
      [
        number, query.from?.milliseconds ?? Int64.min, query.until?.milliseconds ?? Int64.max, query.vm ?? "",
        query.host ?? "",
        max(0, limit),
      ]
    ).reading(Self.event)
    return (candidates.filter(query.matches), candidates.count < limit ? nil : candidates.last?.number)
  }

  /// The rows of the audit log after a number in their order, at most `limit`; they have numbers of their own.
  package func audit(since number: Int64, limit: Int) throws(FleetError) -> [FleetEvent] {
    try rows(
      of: "the audit record", "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", [number, max(0, limit)]
    ).reading(Self.event)
  }

  private static func event(_ row: StoredRow) throws(FleetError) -> FleetEvent {
    FleetEvent(
      number: try row.integer("number"), at: try row.time("at"), kind: try row.text("kind"),
      subject: try row.text("subject"), message: try row.text("message"), actor: try row.text("actor"))
  }

  /// The number of the newest event, 0 before the first.
  package func lastEventNumber() throws(FleetError) -> Int64 {
    try row(of: "an event", "SELECT max(number) AS number FROM events")?.integerIfAny("number") ?? 0
  }

  /// The number of the oldest event that is kept, 0 before the first.
  package func firstEventNumber() throws(FleetError) -> Int64 {
    try row(of: "an event", "SELECT min(number) AS number FROM events")?.integerIfAny("number") ?? 0
  }

  /// The stored outcome of a client's request, or nil if it was never carried out.
  package func request(_ id: RequestID) throws(FleetError) -> StoredRequest? {
    try rows(of: "a request", "SELECT * FROM requests WHERE id = ?", [id.description]).reading {
      row throws(FleetError) in
      StoredRequest(
        id: try row.id("id"), bodyHash: try row.text("body_hash"), operationID: try row.idIfAny("operation_id"),
        vmID: try row.idIfAny("vm_id"), answer: try row.bytes("answer"), at: try row.time("at"),
        actor: try row.text("actor"))
    }.first
  }

  private static func operation(_ row: StoredRow) throws(FleetError) -> FleetOperation {
    FleetOperation(
      id: try row.id("id"), kind: try row.word("kind"), vmID: try row.idIfAny("vm_id"),
      subject: try row.text("subject"), hostID: try row.idIfAny("host_id"), host: try row.text("host"),
      state: try row.word("state"),
      steps: try row.json("steps"), failure: try row.jsonIfAny("failure"), force: try row.flag("force"),
      timeoutSeconds: try row.small("timeout_seconds"), createdAt: try row.time("created_at"),
      endedAt: try row.timeIfAny("ended_at"), actor: try row.text("actor"))
  }
}

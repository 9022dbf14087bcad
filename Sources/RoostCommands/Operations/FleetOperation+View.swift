internal import Fleet

extension FleetOperation {
  /// The operation as JSON has it.
  var outputValue: OutputValue {
    .object([
      "id": .text(id.description), "kind": .text(kind.rawValue), "vm": .optional(subject),
      "vm_id": vmID.map { .text($0.description) } ?? .null, "host": .optional(host), "state": .text(state.rawValue),
      "steps": .list(steps.map(\.outputValue)), "error": failure.map(\.outputValue) ?? .null,
      "created_at": .time(createdAt),
      "ended_at": .time(endedAt), "actor": .optional(actor),
    ])
  }

  /// The state for people; superseded and cancelled operations are not shown as failed.
  var stateCell: Listing.Cell {
    switch failure?.code {
    case FleetError.Code.superseded: .init("superseded", .caution)
    case FleetError.Code.cancelled: .init("cancelled", .caution)
    default: .init(state.rawValue, state.style)
    }
  }

  /// The operation on one line.
  func line(at now: Timestamp) -> String {
    let reason = failure.map { ": \($0.message)" } ?? ""
    return "\(Age.text(of: createdAt, at: now))  \(kind.rawValue)  \(stateCell.text)\(reason)"
  }

  /// The running step, or the last one that began.
  var present: OperationStep? { steps.first { $0.state == .running } ?? steps.last { $0.state != .pending } }

  /// The progress, 0…1: ended steps, and the fraction of the present one.
  var fraction: Double? {
    guard !steps.isEmpty else { return nil }
    let done = steps.reduce(0.0) { $0 + ($1.state == .done ? 1 : $1.state == .running ? $1.fraction ?? 0 : 0) }
    return done / Double(steps.count)
  }

  /// The operations as a listing.
  static func listing(_ operations: [FleetOperation], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("ID", id: true), .init("KIND"), .init("NAME", cut: 16), .init("HOST", cut: 12), .init("STATE"),
        .init("STEP", drop: 2),
        .init("AGE", csv: "created_at"), .init("ACTOR", drop: 1, cut: 12), .init("ENDED", wide: true),
        .init("ERROR", cut: 12),
      ],
      rows: operations.map { operation in
        Listing.Row(
          name: operation.id.description,
          cells: [
            .init(operation.id.description), .init(operation.kind.rawValue), .init(operation.subject),
            .init(operation.host), operation.stateCell,
            .init(operation.state == .running ? operation.present?.name ?? "" : ""),
            .init(ageOf: operation.createdAt, at: now), .init(operation.actor),
            .init(operation.endedAt?.description ?? ""),
            .init(operation.failure?.message ?? "", .bad),
          ], outputValue: operation.outputValue)
      }, empty: "no operations")
  }

  /// The view for people.
  func view(at now: Timestamp) -> Detail {
    var lines: [Detail.Line] = [
      .field("id", .init(id.description)), .field("kind", .init(kind.rawValue)), .field("name", .init(subject)),
      .field("host", .init(host)), .field("state", stateCell),
      .field("accepted", .init("\(createdAt) (\(Age.text(of: createdAt, at: now)))")),
    ]
    if !actor.isEmpty { lines.append(.field("asked by", .init(actor))) }
    if let endedAt { lines.append(.field("ended", .init(endedAt.description))) }
    if let failure {
      lines.append(.field("error", .init(failure.message, .bad)))
      if !failure.hint.isEmpty { lines.append(.field("hint", .init(failure.hint))) }
    }
    if !steps.isEmpty { lines.append(.section("steps")) }
    for step in steps {
      let part = step.state == .running ? step.fraction.map { " \(Int($0 * 100))%" } ?? "" : ""
      let detail = step.detail.isEmpty ? "" : "  \(step.detail)"
      lines.append(.field("  \(step.name)", .init("\(step.state.rawValue)\(part)\(detail)", step.state.style)))
    }
    return Detail(name: id.description, lines: lines, outputValue: outputValue)
  }
}

extension OperationStep {
  /// The step as JSON has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "state": .text(state.rawValue), "detail": .optional(detail),
      "fraction": fraction.map { .number($0) } ?? .null,
    ])
  }
}

extension OperationState {
  /// The state's colour.
  var style: TextStyle {
    switch self {
    case .pending: .faint
    case .running: .caution
    case .done: .good
    case .failed: .bad
    }
  }
}

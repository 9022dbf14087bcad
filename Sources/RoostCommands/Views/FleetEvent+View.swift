internal import Fleet

extension FleetEvent {
  /// The event as JSON has it.
  var tree: Tree {
    .object([
      "number": .integer(number), "at": .time(at), "kind": .text(kind), "subject": .optional(subject),
      "message": .text(message), "actor": .optional(actor),
    ])
  }

  /// The event on one line, for people who follow.
  func line(_ paint: Paint) -> String {
    let head = "\(number)  \(at)  "
    return paint(head, .faint) + paint(kind.terminalSafe, .heading) + "  \(message.terminalSafe)"
      + (actor.isEmpty || actor == "coordinator" ? "" : paint("  (\(actor.terminalSafe))", .faint))
  }

  /// The events as a listing.
  static func listing(_ events: [FleetEvent]) -> Listing {
    Listing(
      columns: [
        .init("NUMBER", right: true), .init("AT"), .init("KIND"), .init("SUBJECT", wide: true), .init("ACTOR"),
        .init("MESSAGE"),
      ],
      rows: events.map { event in
        Listing.Row(
          name: String(event.number),
          cells: [
            .init(String(event.number)), .init(event.at.description), .init(event.kind), .init(event.subject),
            .init(event.actor), .init(event.message),
          ], tree: event.tree)
      }, empty: "no events")
  }
}

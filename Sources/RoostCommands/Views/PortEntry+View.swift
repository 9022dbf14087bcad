internal import Fleet

extension PortEntry {
  /// The entry as `roost port list -o json` has it.
  var tree: Tree {
    .object([
      "port": .count(port), "state": .text(state.rawValue), "vm": .optional(vm), "host": .optional(host),
      "since": .time(since), "until": .time(until),
    ])
  }

  /// The entries as a listing.
  static func listing(_ entries: [PortEntry]) -> Listing {
    Listing(
      columns: [.init("PORT", right: true), .init("STATE"), .init("VM"), .init("HOST")],
      rows: entries.map { entry in
        Listing.Row(
          name: String(entry.port),
          cells: [
            .init(String(entry.port)), .init(entry.state.rawValue, entry.state == .conflict ? .bad : .plain),
            .init(entry.vm), .init(entry.host),
          ], tree: entry.tree)
      }, empty: "no VNC ports")
  }

  /// What a person reads, with everybody who ever had it.
  func view(history: [PortEntry], at now: Timestamp) -> Detail {
    var lines: [Detail.Line] = [
      .field("port", .init(String(port), .heading)), .field("state", .init(state.rawValue)),
      .field("vm", .init(vm)), .field("host", .init(host)),
    ]
    if let since { lines.append(.field("since", .init(since.description))) }
    if let until { lines.append(.field("until", .init(until.description))) }
    if !history.isEmpty {
      lines.append(.section("history"))
      lines += history.map { entry in
        let from = entry.since?.description ?? "?"
        return .text(.init("\(from) to \(entry.until?.description ?? "now")  \"\(entry.vm)\" on \(entry.host)"))
      }
    }
    return Detail(
      name: String(port), lines: lines, tree: tree.adding(["history": .list(history.map(\.tree))]))
  }
}

internal import Fleet

extension MACReport {
  /// The report as `roost mac show -o json` has it: the listing's fields and more.
  var tree: Tree {
    entry.tree.adding(["places": .list(places.map(\.tree)), "history": .list(history.map(\.tree))])
  }

  /// What a person reads.
  func view(at now: Timestamp) -> Detail {
    var lines = entry.lines(at: now)
    if !places.isEmpty {
      lines.append(.section("plugged in"))
      lines += places.map { .text(.init($0.line(at: now))) }
    }
    if !history.isEmpty {
      lines.append(.section("history"))
      lines += history.map { .text(.init($0.line)) }
    }
    return Detail(name: entry.span, lines: lines, tree: tree)
  }

  /// Several as a listing.
  static func listing(_ reports: [MACReport], at now: Timestamp) -> Listing {
    let plain = MACEntry.listing(reports.map(\.entry), at: now, empty: "no MAC addresses")
    let rows = zip(plain.rows, reports).map { row, report in
      Listing.Row(name: row.name, cells: row.cells, tree: report.tree)
    }
    return Listing(columns: plain.columns, rows: rows, empty: plain.empty)
  }
}

extension MACPlace {
  /// The place as JSON has it.
  var tree: Tree {
    .object([
      "owner": owner.tree, "network": .optional(network), "bridge": .optional(bridge),
      "addresses": .list(addresses.map(\.tree)), "running": .flag(isRunning), "seen_at": .time(seenAt),
    ])
  }

  /// The place on one line.
  func line(at now: Timestamp) -> String {
    let plug = network.isEmpty ? (bridge.isEmpty ? "" : "bridge \(bridge)") : "network \(network)"
    let over = network.isEmpty || bridge.isEmpty ? "" : "bridge \(bridge)"
    let state = "\(isRunning ? "running" : "off"), seen \(Age.text(of: seenAt, at: now))"
    return ([owner.description, plug, over, state] + addresses.map(\.text)).filter { !$0.isEmpty }
      .joined(separator: "  ")
  }
}

extension MACHold {
  /// The stretch as JSON has it.
  var tree: Tree {
    .object([
      "owner": owner.tree, "state": .text(state.rawValue), "source": .optional(source), "from": .time(from),
      "to": .time(to), "network": .optional(network), "bridge": .optional(bridge),
    ])
  }

  /// The stretch on one line.
  var line: String {
    let plug = network.isEmpty ? (bridge.isEmpty ? "" : "bridge \(bridge)") : "network \(network)"
    return ["\(from) to \(to?.description ?? "now")", state.rawValue, owner.description, plug]
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }
}

extension NICAddress {
  /// The address as JSON has it.
  var tree: Tree { .object(["ip": .text(ip), "source": .text(source)]) }

  /// The address with how it is known.
  var text: String { "\(ip) (\(source))" }
}

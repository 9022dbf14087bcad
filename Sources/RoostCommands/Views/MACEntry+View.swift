internal import Fleet

extension MACEntry {
  /// The entry as `roost mac list -o json` has it.
  var tree: Tree {
    .object([
      "mac": .text(mac.description), "state": .text(state.rawValue), "owner": owner.tree, "since": .time(since),
      "until": .time(until), "source": .optional(source), "claimants": .list(claimants.map(\.tree)),
    ])
  }

  /// Everybody who has it, on one line.
  var owners: String {
    claimants.count > 1 ? claimants.map(\.description).joined(separator: ", ") : owner.description
  }

  /// The entries as a listing.
  static func listing(_ entries: [MACEntry], empty: String) -> Listing {
    Listing(
      columns: [
        .init("MAC"), .init("STATE"), .init("VM"), .init("HOST"), .init("SINCE"), .init("UNTIL"),
        .init("SOURCE", wide: true), .init("CLAIMANTS"),
      ],
      rows: entries.map { entry in
        Listing.Row(
          name: entry.mac.description,
          cells: [
            .init(entry.mac.description), .init(entry.state.rawValue, entry.state == .conflict ? .bad : .plain),
            .init(entry.owner.vm), .init(entry.owner.host), .init(entry.since.description),
            .init(entry.until?.description ?? ""), .init(entry.source),
            .init(entry.claimants.count > 1 ? entry.owners : "", .bad),
          ], tree: entry.tree)
      }, empty: empty)
  }

  /// What a person reads.
  var view: Detail {
    var lines: [Detail.Line] = [
      .field("mac", .init(mac.description, .heading)),
      .field("state", .init(state.rawValue, state == .conflict ? .bad : .plain)),
      .field("owner", .init(owner.description)), .field("since", .init(since.description)),
    ]
    if let until { lines.append(.field("until", .init(until.description))) }
    lines.append(.field("source", .init(source)))
    if claimants.count > 1 {
      lines.append(.section("everybody who has it"))
      lines += claimants.map { .text(.init($0.description, .bad)) }
    }
    return Detail(name: mac.description, lines: lines, tree: tree)
  }
}

extension AddressOwner {
  /// The owner as JSON has it.
  var tree: Tree {
    .object(["vm": .optional(vm), "vm_id": vmID.map { .text($0.description) } ?? .null, "host": .optional(host)])
  }
}

internal import Fleet

extension PortEntry {
  /// The entry as `roost port list -o json` has it.
  var tree: Tree {
    .object(["port": .count(port), "state": .text(state.rawValue), "vm": .optional(vm), "host": .optional(host)])
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

  /// What a person reads.
  var view: Detail {
    Detail(
      name: String(port),
      lines: [
        .field("port", .init(String(port), .heading)), .field("state", .init(state.rawValue)),
        .field("vm", .init(vm)), .field("host", .init(host)),
      ], tree: tree)
  }
}

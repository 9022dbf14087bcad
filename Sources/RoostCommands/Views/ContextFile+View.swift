extension ContextFile {
  /// The contexts as a listing.
  var listing: Listing {
    Listing(
      columns: [.init("NAME"), .init("CURRENT"), .init("COORDINATOR"), .init("SERVER NAME", wide: true)],
      rows: contexts.map { context in
        Listing.Row(
          name: context.name,
          cells: [
            .init(context.name), .init(context.name == current ? "yes" : ""), .init(context.endpoint.place),
            .init(context.endpoint.serverName),
          ], tree: context.tree(isCurrent: context.name == current))
      }, empty: "no contexts; `roost user create` makes one")
  }
}

extension ContextFile.Context {
  /// The context as JSON has it.
  func tree(isCurrent: Bool) -> Tree {
    switch endpoint {
    case .socket(let path):
      .object(["name": .text(name), "current": .flag(isCurrent), "socket": .text(path)])
    case .tls(let tls):
      .object([
        "name": .text(name), "current": .flag(isCurrent), "address": .text(endpoint.place),
        "ca": .text(tls.authority), "certificate": .text(tls.certificate), "key": .text(tls.key),
        "server_name": .text(tls.serverName),
      ])
    }
  }

  /// What a person reads.
  func view(isCurrent: Bool) -> Detail {
    guard case .object(let entries) = tree(isCurrent: isCurrent) else {
      return Detail(name: name, lines: [], tree: .null)
    }
    let lines = entries.map { entry in
      if case .text(let text) = entry.value { return Detail.Line.field(entry.key, .init(text)) }
      return Detail.Line.field(entry.key, .init(isCurrent ? "yes" : "no"))
    }
    return Detail(name: name, lines: lines, tree: .object(entries))
  }
}

extension Endpoint {
  /// The name that the coordinator's certificate must carry; empty for a socket.
  var serverName: String {
    switch self {
    case .socket: ""
    case .tls(let tls): tls.serverName
    }
  }
}

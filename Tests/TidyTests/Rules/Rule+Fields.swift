extension Rule {
  /// A field that an error about a message names is a field of the protocol.
  static var fields: Rule {
    Rule(
      "field",
      tree: { tree in
        let protocols = tree.files.filter { $0.path.hasPrefix("proto/") }
        let known = Set(protocols.flatMap(\.lines).flatMap { $0.matches(of: /(\w+) = \d+/).map(\.1) })
        return tree.files.filter(\.isShipped).flatMap { file in
          file.lines.enumerated().flatMap { index, line in
            line.matches(of: /(?:FieldPath|\.field)\("(\w+)"\)/).map(\.1).filter { !known.contains($0) }.map { name in
              file.finding("field", line: index + 1, "no message has a field \(name)")
            }
          }
        }
      })
  }
}

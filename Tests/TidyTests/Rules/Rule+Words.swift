extension Rule {
  /// Where the words stand that code does not use.
  static let glossary = "deploy/doc/glossary.md"

  /// No name, comment or test's name holds a word that the glossary has replaced, and no string of the programs does:
  /// people read those. Strings of tests are data, which may hold any word.
  static var words: Rule {
    Rule("word") { tree in
      let retired = retiredWords(tree[glossary]?.lines ?? [])
      guard !retired.isEmpty else {
        return [Finding(path: glossary, line: 1, rule: "word", detail: "it lists no words")]
      }
      return tree.files.filter { $0.isSwift && !$0.isGenerated }.flatMap { file in
        let text = file.parts.first == "Tests" ? file.text : ""
        let titles = titles(in: text).flatMap { title in
          Token.tokens(of: Array(title.utf8)).compactMap { token -> Finding? in
            refusal(token.text, retired).map { file.finding("word", line: line(of: title, in: text), $0) }
          }
        }
        let read = file.tokens.filter(\.isWord) + file.proseWords
        let refusals = Dictionary(uniqueKeysWithValues: Set(read.map(\.text)).map { ($0, refusal($0, retired)) })
          .compactMapValues { $0 }
        guard !refusals.isEmpty else { return titles }
        return read.compactMap { token in
          refusals[token.text].map { file.finding("word", line: token.line, $0) }
        } + titles
      }
    }
  }

  /// What is wrong with a name or word; nil if nothing is.
  private static func refusal(_ name: String, _ retired: [String: String]) -> String? {
    parts(of: name).first { retired[$0] != nil }.map { "\"\(name)\" holds \"\($0)\"; say \(retired[$0] ?? "")" }
  }

  /// The words of the glossary's second table, each with what is said in its place.
  static func retiredWords(_ lines: [String]) -> [String: String] {
    let rows = lines.drop { $0 != "| not | but |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
    return rows.reduce(into: [:]) { words, row in
      let cells = row.split(separator: "|").map { $0.drop { $0 == " " } }.map { String($0) }
      guard cells.count == 2 else { return }
      words[cells[0].filter { $0 != " " }] = String(cells[1].reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The words of a camel-case name in lower case, those of several also without their plural's end.
  static func parts(of name: String) -> [String] {
    var parts: [String] = []
    for character in name {
      if character.isUppercase || parts.isEmpty || !character.isLetter { parts.append("") }
      if character.isLetter { parts[parts.count - 1] += character.lowercased() }
    }
    return parts.flatMap { part in part.hasSuffix("s") ? [part, String(part.dropLast())] : [part] }
  }
}

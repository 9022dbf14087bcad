extension Rule {
  /// Where the words stand that code does not use.
  static let glossary = "deploy/doc/glossary.md"

  /// No name in the code holds a word that the glossary has replaced.
  static var words: Rule {
    Rule("word") { tree in
      let retired = retiredWords(tree[glossary]?.lines ?? [])
      guard !retired.isEmpty else {
        return [Finding(path: glossary, line: 1, rule: "word", detail: "it lists no words")]
      }
      return tree.files.filter { $0.isSwift && !$0.isGenerated }.flatMap { file in
        file.tokens.filter(\.isWord).compactMap { token -> Finding? in
          guard let word = parts(of: token.text).first(where: { retired[$0] != nil }) else { return nil }
          return file.finding(
            "word", line: token.line, "\"\(token.text)\" holds \"\(word)\"; say \(retired[word] ?? "")")
        }
      }
    }
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

extension Rule {
  /// Nothing outside mains ends the process on what it was given: no `fatalError`, forced `try`, cast or unwrap.
  static var traps: Rule {
    Rule("trap") { file in
      guard file.isShipped, !file.isMain else { return [] }
      return file.tokens.indices.compactMap { index in
        trap(file.tokens, index).map { file.finding("trap", line: file.tokens[index].line, $0) }
      }
    }
  }

  private static func trap(_ tokens: [Token], _ index: Int) -> String? {
    let token = tokens[index]
    if token.text == "fatalError" { return "fatalError" }
    guard token.text == "!", !token.isSpaced, index > 0 else { return nil }
    let before = tokens[index - 1]
    if before.text == "try" || before.text == "as" { return before.text + "!" }
    guard before.isWord || [")", "]", "}"].contains(before.text) else { return nil }
    let next = index + 1 < tokens.count ? tokens[index + 1] : nil
    // `a!=b` compares; everything else that clings to a value unwraps it.
    return next?.text == "=" && next?.isSpaced == false ? nil : "forced unwrapping of \(before.text)"
  }

  /// A file that leaves memory safety says why it may.
  static var safety: Rule {
    Rule("safety") { file in
      guard file.isShipped, let first = file.tokens.first(where: { $0.text == "unsafe" }) else { return [] }
      let isExplained = file.lines.contains { line in
        line.firstRange(of: "//").map { line[$0.upperBound...].contains("SAFETY") } ?? false
      }
      return isExplained ? [] : [file.finding("safety", line: first.line, "no line says \"SAFETY:\" and why")]
    }
  }
}

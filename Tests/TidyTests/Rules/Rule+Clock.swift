extension Rule {
  /// Clocks and random sources are made in mains alone and handed in.
  static var clock: Rule {
    Rule("clock") { file in
      guard file.isShipped, !file.isMain else { return [] }
      return file.tokens.indices.compactMap { index in
        let line = file.tokens[index].line
        return source(file.tokens[index...]).map { file.finding("clock", line: line, "\($0) outside a main") }
      }
    }
  }

  /// What makes a clock or draws at random, if the tokens begin with it.
  private static func source(_ tokens: ArraySlice<Token>) -> String? {
    let words = tokens.prefix(4).map(\.text)
    let calls: Set<String> = [
      "Date", "UUID", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "SystemRandomSource",
      "SystemClock", "clock_gettime", "gettimeofday", "arc4random", "drand48",
    ]
    let members: Set<String> = ["random", "randomElement", "shuffled", "shuffle"]
    if words.count > 1, calls.contains(words[0]), words[1] == "(" {
      // `Date(timeIntervalSince1970: …)` names a moment that somebody else knows.
      return words[0] == "Date" && words.count > 2 && words[2] != ")" ? nil : "\(words[0])()"
    }
    guard words.count > 1, words[0] == "." else { return nil }
    if words[1] == "now", words.count == 2 || words[2] != "(" { return ".now" }
    guard words.count > 3, words[2] == "(" else { return nil }
    if members.contains(words[1]), ["in", ")"].contains(words[3]) { return ".\(words[1])()" }
    return words[1] == "sleep" && words[3] == "nanoseconds" ? ".sleep(nanoseconds:)" : nil
  }
}

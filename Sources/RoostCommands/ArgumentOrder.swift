/// Reorders and inspects arguments before they are parsed.
enum ArgumentOrder {
  private static let withValue: Set = ["--socket", "--context", "--timeout", "--output", "-o"]
  private static let alone: Set = ["--no-color", "--quiet", "-q"]

  /// Moves global options from before the verb to behind it, where the parser expects them: `roost --socket S list`
  /// means `roost list --socket S`.
  static func globalOptionsLast(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var moved: [String] = []
    while let word = rest.first {
      let key = word.split(separator: "=", maxSplits: 1).first.map { String($0) } ?? word
      if alone.contains(word) || word.contains("=") && key.hasPrefix("--") && withValue.contains(key) {
        moved.append(word)
        rest = rest.dropFirst()
      } else if withValue.contains(word), rest.count > 1 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    guard let verb = rest.first else { return arguments }
    if verb == "help" { return Array(rest) }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return Array(rest[..<end]) + moved + Array(rest[end...])
  }

  /// True if the arguments ask for JSON, even if they can't be parsed.
  static func asksForJSON(_ arguments: [String]) -> Bool {
    let words = arguments.prefix { $0 != "--" }
    if words.contains("-ojson") || words.contains("--output=json") || words.contains("-o=json") { return true }
    return zip(words, words.dropFirst()).contains { ($0 == "-o" || $0 == "--output") && $1 == "json" }
  }
}

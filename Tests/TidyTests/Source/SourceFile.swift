/// One file of the tree.
struct SourceFile {
  /// Its path from the top.
  let path: String
  /// Its lines, without their ends.
  let lines: [String]
  /// True if the last line is ended.
  let endsWithNewline: Bool
  /// Its code's tokens; empty for what is not Swift.
  let tokens: [Token]
  /// The words of its comments, and of the strings of a program but for what is interpolated; empty for what is not
  /// Swift. Strings of tests are data.
  let proseWords: [Token]
  /// The lines, from 1, that begin inside a string and so are its content, not code.
  let stringLines: Set<Int>

  /// Reads a file's text.
  init(path: String, text: String) {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    endsWithNewline = lines.last == ""
    if endsWithNewline { lines.removeLast() }
    self.lines = lines
    let swift = path.hasSuffix(".swift") ? SwiftText(text, readsStrings: !path.hasPrefix("Tests/")) : nil
    tokens = swift.map { Token.tokens(of: $0.code) } ?? []
    proseWords = swift.map { Token.tokens(of: $0.prose).filter(\.isWord) } ?? []
    stringLines = swift?.stringLines ?? []
  }

  /// All its text.
  var text: String { lines.joined(separator: "\n") + (endsWithNewline ? "\n" : "") }

  /// The folders and the name.
  var parts: [String] { path.split(separator: "/").map(String.init) }

  /// The name without folders.
  var name: String { parts.last ?? "" }

  /// The name without folders and what follows the first dot.
  var stem: String { String(name.prefix { $0 != "." }) }

  var isSwift: Bool { path.hasSuffix(".swift") }

  /// The target it belongs to, if it is part of one.
  var target: String? {
    guard isSwift, parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
    return parts[1]
  }

  /// True for what we write and ship: sources of targets, but for generated ones.
  var isShipped: Bool { parts.first == "Sources" && target != nil && !isGenerated }

  /// True for code that no hand writes.
  var isGenerated: Bool { path.hasPrefix("Sources/RoostProto/") }

  /// True for the executables' own sources.
  var isMain: Bool { target.map(Architecture.mains.contains) ?? false }

  /// True for a script with an interpreter's name on its first line.
  var isScript: Bool { lines.first?.hasPrefix("#!") ?? false }

  /// A finding in this file.
  func finding(_ rule: String, line: Int, _ detail: String) -> Finding {
    Finding(path: path, line: line, rule: rule, detail: detail)
  }

  /// The index of the bracket that closes the one at `index`, or the last index if none does.
  func closing(_ index: Int) -> Int {
    var depth = 0
    for position in index..<tokens.count {
      switch tokens[position].text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      default: break
      }
      if depth == 0 { return position }
    }
    return tokens.count - 1
  }
}

/// One place that breaks a rule.
struct Finding: Hashable, CustomStringConvertible {
  let path: String
  let line: Int
  let rule: String
  let detail: String

  var description: String { "\(path):\(line): \(rule): \(detail)" }
}

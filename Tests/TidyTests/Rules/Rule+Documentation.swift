extension Rule {
  /// Every declaration that other targets see has a comment: what carries `package` or `public`, the cases of such
  /// enums, and the requirements of such protocols. A member that satisfies a protocol of ours, an operator and an
  /// initialiser need none.
  static var documentation: Rule {
    Rule(
      "documentation",
      tree: { tree in
        let files = tree.files.filter { $0.isShipped && !$0.isMain }
        let asked = files.reduce(into: Set<String>()) { $0.formUnion(Declarations.requirements(in: $1)) }
        return files.flatMap { file in
          publicDeclarations(in: file).compactMap { index -> Finding? in
            let tokens = file.tokens
            let first = start(of: index, tokens)
            guard !isDocumented(line: tokens[first].line, file) else { return nil }
            let signature = signature(of: index, file)
            guard !asked.contains(signature) || !levels.contains(tokens[index].text) else { return nil }
            return file.finding("documentation", line: tokens[index].line, "\(signature) has no comment")
          }
        }
      })
  }

  /// What the declaration at `index` is called, past its modifiers and its keyword.
  private static func signature(of index: Int, _ file: SourceFile) -> String {
    var position = index
    while position + 1 < file.tokens.count, modifiers.contains(file.tokens[position].text) { position += 1 }
    return Declarations.signature(at: position, in: file)
  }

  private static let modifiers: Set<String> = [
    "static", "class", "final", "nonisolated", "mutating", "nonmutating", "override", "convenience", "required",
    "indirect", "lazy", "weak", "unowned", "public", "open", "package", "private", "internal", "consuming",
    "borrowing", "isolated", "async", "unsafe", "prefix", "postfix", "infix",
  ]

  private static let levels: Set<String> = ["public", "package"]

  private enum Scope {
    case publicEnum, publicProtocol, other
  }

  /// The tokens of a file that begin a declaration that other targets see.
  private static func publicDeclarations(in file: SourceFile) -> [Int] {
    let tokens = file.tokens
    var found: [Int] = []
    var scopes: [Scope] = []
    var pending = Scope.other
    for index in tokens.indices {
      let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
      switch tokens[index].text {
      case "{":
        scopes.append(pending)
        pending = .other
      case "}": _ = scopes.popLast()
      case "enum" where isPublic(index, tokens): pending = .publicEnum
      case "protocol" where isPublic(index, tokens): pending = .publicProtocol
      case "public" where next != "import" && next != "extension" && next != "(" && next != "init",
        "package" where next != "import" && next != "extension" && next != "(" && next != "init",
        "open" where ["class", "func", "var", "final"].contains(next):
        if !isOperator(index, tokens) { found.append(index) }
      case "case" where scopes.last == .publicEnum: found.append(index)
      case "func", "var", "init", "associatedtype", "subscript":
        if scopes.last == .publicProtocol { found.append(index) }
      default: break
      }
    }
    return found
  }

  private static func isPublic(_ index: Int, _ tokens: [Token]) -> Bool {
    var position = index - 1
    while position >= 0, modifiers.contains(tokens[position].text) {
      if levels.contains(tokens[position].text) || tokens[position].text == "open" { return true }
      position -= 1
    }
    return false
  }

  /// True if the declaration is of a function whose name is a sign.
  private static func isOperator(_ index: Int, _ tokens: [Token]) -> Bool {
    var position = index
    while position < tokens.count, modifiers.contains(tokens[position].text) { position += 1 }
    return position + 1 < tokens.count && tokens[position].text == "func" && !tokens[position + 1].isWord
  }

  /// The first token of a declaration: its attributes and modifiers stand before the word that was found.
  private static func start(of index: Int, _ tokens: [Token]) -> Int {
    var first = index
    while first > 0 {
      var position = first - 1
      if modifiers.contains(tokens[position].text) {
        first = position
        continue
      }
      if tokens[position].text == ")" {
        var depth = 0
        while position > 0 {
          if tokens[position].text == ")" { depth += 1 }
          if tokens[position].text == "(" { depth -= 1 }
          position -= 1
          if depth == 0 { break }
        }
      }
      if tokens[position].isWord, position > 0, tokens[position - 1].text == "." { position -= 2 }
      guard position > 0, tokens[position].isWord, tokens[position - 1].text == "@" else { return first }
      first = position - 1
    }
    return first
  }

  private static func isDocumented(line: Int, _ file: SourceFile) -> Bool {
    var index = line - 2
    while index >= 0 {
      let text = file.lines[index].drop { $0 == " " }
      if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
      // A plain comment may stand between, such as one that says why something is safe.
      guard text.hasPrefix("//") || text.hasPrefix("#if") else { return false }
      index -= 1
    }
    return false
  }
}

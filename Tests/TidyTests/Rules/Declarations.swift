/// What a file declares, as far as rules ask.
struct Declarations {
  /// A type or extension.
  struct TypeName {
    let keyword: String
    let name: String
    let line: Int
  }

  /// A function's body.
  struct Body {
    let name: String
    let first: Int
    let last: Int
  }

  private static let typeKeywords: Set<String> = [
    "class", "struct", "enum", "protocol", "actor", "extension", "typealias",
  ]

  /// Types, extensions and aliases, nested ones too.
  static func types(in file: SourceFile) -> [TypeName] {
    file.tokens.indices.dropLast().compactMap { index in
      let (token, next) = (file.tokens[index], file.tokens[index + 1])
      guard typeKeywords.contains(token.text), token.isSpaced, next.isWord, next.isSpaced,
        !["func", "var", "let", "subscript"].contains(next.text), index == 0 || file.tokens[index - 1].text != "import",
        next.line == token.line
      else { return nil }
      return TypeName(keyword: token.text, name: next.text.filter { $0 != "`" }, line: token.line)
    }
  }

  /// Functions and initialisers with their bodies.
  static func bodies(in file: SourceFile) -> [Body] {
    let tokens = file.tokens
    return tokens.indices.compactMap { index in
      let text = tokens[index].text
      let isInitialiser =
        text == "init" && (index == 0 || tokens[index - 1].text != ".") && index + 1 < tokens.count
        && ["(", "?", "<"].contains(tokens[index + 1].text)
      guard text == "func" || isInitialiser || text == "deinit",
        let open = body(after: index, tokens, file)
      else { return nil }
      let name = text == "func" && index + 1 < tokens.count ? tokens[index + 1].text : text
      return Body(name: name, first: tokens[index].line, last: tokens[file.closing(open)].line)
    }
  }

  /// The brace that opens the body of the declaration at `index`; nil if it has none, as in a protocol.
  private static func body(after index: Int, _ tokens: [Token], _ file: SourceFile) -> Int? {
    let ends: Set<String> = ["func", "var", "let", "init", "static", "case", "subscript", "associatedtype", "}", "@"]
    var position = index + 1
    while position < tokens.count {
      switch tokens[position].text {
      case "{": return position
      case "(", "[": position = file.closing(position)
      case let text where ends.contains(text) && position > index + 1 && tokens[position].isSpaced: return nil
      default: break
      }
      position += 1
    }
    return nil
  }

  /// What the protocols of a file ask for, by ``signature(at:in:)``.
  static func requirements(in file: SourceFile) -> Set<String> {
    let tokens = file.tokens
    var found: Set<String> = []
    for index in tokens.indices where tokens[index].text == "protocol" && tokens[index].isSpaced {
      guard let open = tokens[index...].firstIndex(where: { $0.text == "{" }) else { continue }
      for position in open..<file.closing(open) where ["func", "var", "init"].contains(tokens[position].text) {
        found.insert(signature(at: position, in: file))
      }
    }
    return found
  }

  /// What the declaration with the keyword at `index` is called: a function with the labels of its parameters.
  static func signature(at index: Int, in file: SourceFile) -> String {
    let tokens = file.tokens
    let isFunction = tokens[index].text == "func" || tokens[index].text == "init"
    let name = tokens[index].text == "init" ? index : index + 1
    guard name < tokens.count else { return tokens[index].text }
    guard isFunction, let open = tokens[name...].firstIndex(where: { $0.text == "(" }) else { return tokens[name].text }
    let end = file.closing(open)
    var labels = ""
    var position = open + 1
    while position < end {
      if tokens[position].isWord, ["(", ","].contains(tokens[position - 1].text) {
        labels += tokens[position].text + ":"
      }
      position = ["(", "[", "{"].contains(tokens[position].text) ? file.closing(position) + 1 : position + 1
    }
    return "\(tokens[name].text)(\(labels))"
  }
}

/// What `Package.swift` says of its targets.
struct Manifest {
  /// A target's declaration.
  struct Target {
    /// The modules it depends on.
    let modules: Set<String>
    let isTest: Bool
    let line: Int
  }

  /// The targets by name.
  private(set) var targets: [String: Target] = [:]

  /// Reads the calls of `.target`, `.executableTarget` and `.testTarget`, and the products named before them.
  init(_ file: SourceFile?) {
    guard let file else { return }
    // Names stand in strings, so this reads text and not tokens.
    var products: [String: String] = [:]
    let text = file.lines.map { String($0.prefix(upTo: Self.comment(in: $0))) }.joined(separator: "\n")
    for part in text.split(separator: "let ", omittingEmptySubsequences: false)
    where part.contains("Target.Dependency = .product(") {
      let word = String(part.prefix { $0 != ":" })
      if let module = Self.strings(in: part.drop { $0 != "(" }).first { products[word] = module }
    }
    for kind in [".target(", ".executableTarget(", ".testTarget(", ".systemLibrary("] {
      var line = 1
      for (index, part) in text.split(separator: kind, omittingEmptySubsequences: false).enumerated() {
        if index > 0 { add(Self.balanced(part), isTest: kind == ".testTarget(", line: line, products) }
        line += part.count { $0 == "\n" }
      }
    }
  }

  private mutating func add(_ call: String, isTest: Bool, line: Int, _ products: [String: String]) {
    guard let name = Self.strings(in: call[...]).first else { return }
    var modules: Set<String> = []
    let pieces = call.split(separator: "dependencies: [", maxSplits: 1)
    if pieces.count == 2 {
      let list = pieces[1].prefix { $0 != "]" }
      modules = Set(Self.strings(in: list))
      let words = list.split { !($0.isLetter || $0.isNumber) }.map(String.init)
      modules.formUnion(words.compactMap { products[$0] })
    }
    targets[name] = Target(modules: modules, isTest: isTest, line: line)
  }

  /// The text up to the parenthesis that closes the call it begins in.
  private static func balanced(_ text: Substring) -> String {
    var depth = 1
    return String(
      text.prefix { character in
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
        return depth > 0
      })
  }

  private static func strings(in text: Substring) -> [String] {
    let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
    return pieces.indices.filter { $0 % 2 == 1 }.map { String(pieces[$0]) }
  }

  /// Where a line's comment begins: an address in a string is none.
  private static func comment(in line: String) -> String.Index {
    line.contains("\"") ? line.endIndex : line.firstRange(of: "//")?.lowerBound ?? line.endIndex
  }
}

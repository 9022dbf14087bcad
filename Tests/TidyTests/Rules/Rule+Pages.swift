extension Rule {
  /// Pages for people who change the code name files and types that exist.
  static var pages: Rule {
    Rule("page") { tree in
      let paths = tree.files.reduce(into: Set<String>()) { paths, file in
        for count in file.parts.indices { paths.insert(file.parts[...count].joined(separator: "/")) }
      }
      let types = tree.files.reduce(into: Set<String>()) { types, file in
        types.formUnion(Declarations.types(in: file).map(\.name))
      }
      let pages = tree.files.filter { $0.path.hasPrefix("deploy/doc/") && $0.path.hasSuffix(".md") }
      return pages.flatMap { page in
        page.lines.enumerated().flatMap { number, line in
          code(in: line).filter { isMissing($0, paths, types) }.map { name in
            page.finding("page", line: number + 1, "there is no \(name)")
          }
        }
      }
    }
  }

  /// What stands between single backticks.
  static func code(in line: String) -> [String] {
    let parts = line.split(separator: "`", omittingEmptySubsequences: false)
    guard !line.hasPrefix("```") else { return [] }
    return parts.indices.filter { $0 % 2 == 1 && $0 + 1 < parts.count }.map { String(parts[$0]) }
  }

  private static let roots: Set<String> = ["Sources", "Tests", "deploy", "proto"]

  private static func isMissing(_ name: String, _ paths: Set<String>, _ types: Set<String>) -> Bool {
    if let root = name.split(separator: "/").first, name.contains("/"), roots.contains(String(root)) {
      guard !name.contains(" ") else { return false }
      return !paths.contains(name.hasSuffix("/") ? String(name.dropLast()) : name)
    }
    // A type's name: letters that begin large, with a second word that does.
    let capitals = name.filter(\.isUppercase).count
    guard name.allSatisfy({ $0.isLetter || $0.isNumber }), name.first?.isUppercase == true, capitals > 1,
      capitals < name.count
    else { return false }
    return !types.contains(name)
  }
}

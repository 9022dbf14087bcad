extension Rule {
  /// A target imports only what the architecture lets it import.
  static var arrows: Rule {
    Rule(
      "arrow",
      tree: { tree in
        let manifest = Manifest(tree["Package.swift"])
        return tree.files.flatMap { file -> [Finding] in
          guard let target = file.target else { return [] }
          return imports(of: file).compactMap { module, line in
            let allowed = allowed(target, manifest)
            guard let allowed else { return file.finding("arrow", line: line, "\(target) is not in the architecture") }
            return allowed.contains(module) ? nil : file.finding("arrow", line: line, "\(target) imports \(module)")
          }
        }
      })
  }

  /// `Package.swift` has just the arrows of the architecture.
  static var package: Rule {
    Rule(
      "package",
      tree: { tree in
        guard let file = tree["Package.swift"] else { return [] }
        let manifest = Manifest(file)
        var findings: [Finding] = []
        for (target, arrows) in Architecture.table.sorted(by: { $0.key < $1.key }) {
          guard let declared = manifest.targets[target] else {
            findings.append(file.finding("package", line: 1, "\(target) is missing"))
            continue
          }
          let difference = declared.modules.symmetricDifference(arrows.modules).sorted().joined(separator: ", ")
          if !difference.isEmpty {
            findings.append(file.finding("package", line: declared.line, "\(target) differs in \(difference)"))
          }
        }
        let known = Set(Architecture.table.keys).union(Architecture.systemLibraries)
        for (target, declared) in manifest.targets.sorted(by: { $0.key < $1.key }) {
          if !known.contains(target), !declared.isTest {
            findings.append(file.finding("package", line: declared.line, "\(target) is not in the architecture"))
          }
        }
        return findings
      })
  }

  /// What a target may import; nil for a target that nobody knows.
  private static func allowed(_ target: String, _ manifest: Manifest) -> Set<String>? {
    if let arrows = Architecture.table[target] { return arrows.modules.union(arrows.system) }
    guard let declared = manifest.targets[target], declared.isTest else { return nil }
    return declared.modules.union(Architecture.testing)
  }

  /// The modules a file imports, with their lines.
  private static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
    let kinds: Set<String> = ["struct", "class", "enum", "func", "var", "let", "protocol", "typealias"]
    return file.tokens.indices.compactMap { index in
      guard file.tokens[index].text == "import", file.tokens[index].isSpaced, index + 1 < file.tokens.count else {
        return nil
      }
      var name = index + 1
      if kinds.contains(file.tokens[name].text), name + 1 < file.tokens.count { name += 1 }
      guard file.tokens[name].isWord, file.tokens[name].line == file.tokens[index].line else { return nil }
      return (file.tokens[name].text, file.tokens[index].line)
    }
  }
}

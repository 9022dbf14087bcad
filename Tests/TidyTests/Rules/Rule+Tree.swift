extension Rule {
  /// Every target has a page that says what it knows and what it must not know.
  static var docc: Rule {
    Rule(
      "docc",
      tree: { tree in
        let targets = Set(tree.files.filter { $0.isShipped && !$0.isMain }.compactMap(\.target))
        return targets.sorted().compactMap { target in
          let path = "Sources/\(target)/\(target).docc/\(target).md"
          guard let page = tree[path] else { return Finding(path: path, line: 1, rule: "docc", detail: "no such page") }
          let wanted = ["# ``\(target)``", "## What it knows", "## What it must not know", "## Words"]
          let missing = wanted.filter { !page.lines.contains($0) }
          return missing.isEmpty ? nil : page.finding("docc", line: 1, "\(missing.joined(separator: ", ")) is missing")
        }
      })
  }

  /// The top of the tree holds just what the design names.
  static var topLevel: Rule {
    Rule(
      "top-level",
      tree: { tree in
        let difference = Set(tree.topLevel).symmetricDifference(Architecture.topLevel)
        return difference.sorted().map { name in
          let detail = Architecture.topLevel.contains(name) ? "is missing" : "does not belong here"
          return Finding(path: name, line: 1, rule: "top-level", detail: detail)
        }
      })
  }

  /// Nothing is left to be done later.
  static var openEnds: Rule {
    // Put together, so that this file keeps its own rule.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    return Rule("open-end") { file in
      guard !file.isGenerated else { return [] }
      return file.lines.enumerated().compactMap { index, line in
        let words = line.split { !$0.isLetter }
        guard let mark = marks.first(where: { words.contains($0[...]) }) else { return nil }
        return file.finding("open-end", line: index + 1, mark)
      }
    }
  }

  /// No tabs, no spaces at the ends of lines, no line beyond 120 characters, a line break at the end.
  static var layout: Rule {
    Rule("layout") { file in
      guard !file.isGenerated,
        file.isSwift || file.isScript || !file.name.contains(".") || file.name.contains(".md")
          || file.name.contains(".proto")
      else { return [] }
      var findings: [Finding] = []
      for (index, line) in file.lines.enumerated() where !file.stringLines.contains(index + 1) {
        if line.hasSuffix(" ") { findings.append(file.finding("layout", line: index + 1, "a space at the end")) }
        if file.isSwift || file.name.hasSuffix(".proto"), line.contains("\t") {
          findings.append(file.finding("layout", line: index + 1, "a tab"))
        }
        if file.isSwift || file.isScript, line.count > 120 {
          findings.append(file.finding("layout", line: index + 1, "\(line.count) characters"))
        }
      }
      if !file.endsWithNewline, !file.lines.isEmpty {
        findings.append(file.finding("layout", line: file.lines.count, "no line break at the end"))
      }
      return findings
    }
  }

  /// Scripts of bash stop at the first failure, in a pipe too.
  static var shell: Rule {
    Rule("shell") { file in
      guard file.parts.first == "deploy", file.isScript, file.lines[0].hasSuffix("bash") else { return [] }
      let isStrict = file.lines.contains("set -euo pipefail")
      return isStrict ? [] : [file.finding("shell", line: 1, "no \"set -euo pipefail\"")]
    }
  }
}

/// A rule that the source tree keeps.
struct Rule {
  /// Its name, as findings and exceptions carry it.
  let name: String
  /// Where it is broken.
  let findings: (SourceTree) -> [Finding]

  /// Every rule.
  static var all: [Rule] {
    [
      arrows, package, names, words, fileNames, testNames, testSubjects, length, clock, traps, safety, documentation,
      access, docc, topLevel, openEnds, layout, shell, bounds, typing, pages, rooms, fields,
    ]
  }

  /// Makes a rule that looks at one file at a time.
  init(_ name: String, eachFile: @escaping (SourceFile) -> [Finding]) {
    self.name = name
    findings = { tree in tree.files.flatMap(eachFile) }
  }

  /// Makes a rule that looks at the tree.
  init(_ name: String, tree: @escaping (SourceTree) -> [Finding]) {
    self.name = name
    findings = tree
  }
}

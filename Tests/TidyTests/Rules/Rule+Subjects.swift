extension Rule {
  /// A suite's file is named after something that there still is: `DriftTests` needs a `Drift` or the word drift in the
  /// sources or in the tests' own kits, or else its title says a word of its name. So no suite keeps the name of a type
  /// that was renamed.
  static var testSubjects: Rule {
    Rule("test-subject") { tree in
      let suites = tree.files.filter { $0.isSwift && $0.parts.first == "Tests" && $0.stem.hasSuffix("Tests") }
      let read = tree.files.filter { $0.isSwift && !$0.stem.hasSuffix("Tests") }
      let phrases = Phrases(read)
      return suites.compactMap { suite in
        let subject = String(suite.stem.dropLast("Tests".count))
        let names = Set(Phrases.words(of: subject).filter { $0.count > 1 })
        let titles = titles(in: suite.text).prefix(1).flatMap { Token.tokens(of: Array($0.utf8)) }
        let said = titles.flatMap { Phrases.words(of: $0.text) }
        guard !subject.isEmpty, !phrases.contain(subject), names.isDisjoint(with: said) else { return nil }
        return suite.finding(
          "test-subject", line: 1, "nothing is called \(subject), and its title says no word of it")
      }
    }
  }
}

/// The words of names, comments and programs' strings in their order, to look up names of several words.
private struct Phrases {
  private var words: [String] = []
  private var places: [String: [Int]] = [:]

  init(_ files: [SourceFile]) {
    var known: [String: [String]] = [:]
    for file in files {
      for token in file.tokens + file.proseWords {
        let parts = known[token.text] ?? Self.words(of: token.text)
        known[token.text] = parts
        words += parts
      }
      // A name does not go on in the next file.
      words.append("")
    }
    for (place, word) in words.enumerated() { places[word, default: []].append(place) }
  }

  /// True if the words of a camel-case name stand somewhere one after the other.
  func contain(_ name: String) -> Bool {
    let wanted = Self.words(of: name)
    return places[wanted.first ?? "", default: []].contains { words[$0...].starts(with: wanted) }
  }

  /// The words of a name in lower case, without the end of a plural.
  static func words(of name: String) -> [String] {
    Rule.parts(of: name).filter { !$0.isEmpty && !$0.hasSuffix("s") }
  }
}

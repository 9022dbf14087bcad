extension Rule {
  /// Names that say nothing, the grey and the theatrical: a stranger searches for neither.
  private static let empty: Set<String> = [
    "Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Misc", "Types", "Constants", "Manager", "Base",
    "House", "Office", "Desk", "Herald", "Keeper", "Board", "Turnstile", "Reception", "Undertaking", "Papers",
  ]

  /// No file, folder or type has a name that says nothing.
  static var names: Rule {
    Rule("name") { file in
      guard !file.isGenerated else { return [] }
      var findings: [Finding] = []
      let places = file.parts.dropLast() + [file.stem]
      for place in places where place.split(separator: "+").contains(where: { isEmpty(String($0)) }) {
        findings.append(file.finding("name", line: 1, "\"\(place)\" says nothing"))
      }
      for type in Declarations.types(in: file) where type.keyword != "extension" && isEmpty(type.name) {
        findings.append(file.finding("name", line: type.line, "\"\(type.name)\" says nothing"))
      }
      return findings
    }
  }

  /// A file is named after a type that it declares, or `Type+Capability` after one that it extends.
  static var fileNames: Rule {
    Rule("file-name") { file in
      guard file.isShipped, file.name != "main.swift" else { return [] }
      let subject = String(file.stem.prefix { $0 != "+" })
      let types = Declarations.types(in: file)
      // A file of extensions and functions alone may be named for what they do.
      let named = file.stem.contains("+") ? types : types.filter { $0.keyword != "extension" }
      guard let first = named.first, !types.contains(where: { $0.name == subject }) else { return [] }
      return [file.finding("file-name", line: first.line, "it declares \(first.name) and not \(subject)")]
    }
  }

  /// A test's name is one sentence of at most 80 characters: what Swift Testing shows, a test's function, and an
  /// acceptance test's function without its `test_`.
  static var testNames: Rule {
    Rule("test-name") { file in
      guard file.parts.first == "Tests" else { return [] }
      let text = file.text
      let names =
        file.isSwift
        ? titles(in: text) + text.matches(of: /func (\w+)/).map(\.1)
        : text.matches(of: /(?:^|\n)test_(\w+)\(\)/).map(\.1)
      return names.filter { $0.count > 80 }.map { name in
        file.finding("test-name", line: line(of: name, in: text), "a name of \(name.count) characters")
      }
    }
  }

  /// What Swift Testing shows as the names of suites and tests.
  static func titles(in text: String) -> [Substring] {
    text.matches(of: /@(?:Test|Suite)\(\s*"((?:[^"\\]|\\.)*)"/).map(\.1)
  }

  /// The line, from 1, in which a part of a text begins.
  static func line(of part: Substring, in text: String) -> Int {
    text[..<part.startIndex].count { $0.isNewline } + 1
  }

  private static func isEmpty(_ name: String) -> Bool {
    // The last word of a camel-case name.
    let start = name.lastIndex { $0.isUppercase } ?? name.startIndex
    return empty.contains(String(name[start...])) || empty.contains(name.capitalizingFirst)
  }
}

extension String {
  fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Rule {
  /// What a person is told to type has every name in it as one word of a shell.
  static var typing: Rule {
    Rule("typing") { file in
      guard file.isShipped else { return [] }
      return file.lines.enumerated().flatMap { index, line -> [Finding] in
        names(in: String(line)).map { name in
          file.finding("typing", line: index + 1, "\(name) stands in a command without shellQuoted")
        }
      }
    }
  }

  /// Programs whose command lines stand in hints.
  private static let programs = ["roost ", "virsh ", "roost-agent ", "roost-coordinator ", "chmod ", "mkdir "]

  /// The names that a line puts into a command as they are.
  private static func names(in line: String) -> [String] {
    guard !line.drop(while: { $0 == " " }).hasPrefix("//"), programs.contains(where: { line.contains($0) }) else {
      return []
    }
    // What stands behind the program's name alone is part of the command.
    let command =
      programs.compactMap { program in
        line.split(separator: program, maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
      }.max { $0.count < $1.count } ?? ""
    return command.split(separator: "\\(", omittingEmptySubsequences: false).dropFirst().compactMap { part in
      let expression = part.prefix { $0 != ")" }
      return expression.hasSuffix(".name") || expression.hasSuffix(".printable") ? String(expression) : nil
    }
  }
}

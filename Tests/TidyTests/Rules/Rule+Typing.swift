extension Rule {
  /// What a person is told to type has every name in it as one word of a shell.
  static var typing: Rule {
    Rule("typing") { file in
      guard file.isShipped else { return [] }
      let bound = Set(file.lines.compactMap(boundName))
      var isOpen = false
      return file.lines.enumerated().flatMap { index, line -> [Finding] in
        names(in: line, bound, &isOpen).map { name in
          file.finding("typing", line: index + 1, "\(name) stands in a command without shellQuoted")
        }
      }
    }
  }

  /// Programs whose command lines stand in hints.
  private static let programs = [
    "roost ", "virsh ", "roost-agent ", "roost-coordinator ", "chmod ", "chown ", "mkdir ", "setfacl ",
    "qemu-img commit ", "qemu-img rebase ",
  ]

  /// What an expression ends with that is a name as somebody chose it.
  private static let chosen: Set<String> = ["name", "printable", "vm", "subject"]

  /// The constant that a line makes of a name: it stands for the name in every command of the file.
  private static func boundName(_ line: String) -> String? {
    let parts = line.split(separator: " = ", maxSplits: 1)
    guard parts.count == 2, let left = parts[0].split(separator: "let ").last else { return nil }
    // Of a pair, the first.
    let value = parts[1].hasPrefix("(") ? parts[1].prefix { $0 != "," } : parts[1]
    guard value.hasSuffix(".name") || value.hasSuffix(".printable") else { return nil }
    return String(left.drop { $0 == "(" }.prefix { $0 != "," })
  }

  /// The names that a line puts into a command as they are.
  /// - Parameter isOpen: whether a command goes on from the line before; changed to whether one goes on.
  private static func names(in line: String, _ bound: Set<String>, _ isOpen: inout Bool) -> [String] {
    let code = line.drop { $0 == " " }
    guard !code.hasPrefix("//") else { return [] }
    var goesOn = isOpen && code.hasPrefix("+ \"")
    isOpen = false
    var found: [String] = []
    // A quote with a backslash is part of its string.
    let parts = code.split(separator: "\"", omittingEmptySubsequences: false)
    let strings = parts.reduce(into: [String]()) { strings, part in
      if let last = strings.last, last.hasSuffix("\\") {
        strings[strings.count - 1] = last + "\"" + part
      } else {
        strings.append(String(part))
      }
    }
    for (index, string) in strings.enumerated() where !string.isEmpty {
      // What stands behind the program's name alone is part of the command.
      let commands = programs.compactMap { program in
        string.split(separator: program, maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
      }
      guard let command = goesOn && index == 1 ? string[...] : commands.max(by: { $0.count < $1.count }) else {
        continue
      }
      if index == 1 { goesOn = false }
      // One in brackets ends with them.
      isOpen = !command.contains("), ") && strings.dropFirst(index + 1).allSatisfy(\.isEmpty)
      for part in command.split(separator: "\\(", omittingEmptySubsequences: false).dropFirst() {
        let expression = part.prefix { $0 != ")" }
        let isBare = !expression.contains(".")
        let last = String(expression.split(separator: ".").last ?? "")
        if isBare ? bound.contains(last) || last == "vm" || last == "subject" : chosen.contains(last) {
          found.append(String(expression))
        }
      }
    }
    return found
  }
}

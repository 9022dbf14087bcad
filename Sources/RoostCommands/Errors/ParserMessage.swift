internal import Fleet

/// What the argument parser says, in our own form.
struct ParserMessage {
  private let lines: [String]
  private let usage: String

  /// Takes the parser's message and its usage line.
  init(_ message: String, usage: String) {
    lines = message.split(separator: "\n").map { String($0) }
    self.usage = usage
  }

  /// One sentence, and the command to ask for help.
  var error: FleetError {
    let command = usage.split(separator: " ").prefix { !$0.hasPrefix("[") && !$0.hasPrefix("<") }.joined(separator: " ")
    let first = lines.first ?? "the command is not understood"
    return .usage(sentence(first), hint: suggestion ?? "\(command.isEmpty ? "roost" : command) --help")
  }

  private func sentence(_ first: String) -> String {
    let items = lines.dropFirst().compactMap { line -> String? in
      let text = line.drop { $0 == " " }
      return text.hasPrefix("- ") ? String(text.dropFirst(2)) : nil
    }
    let plain =
      first.replacing(". Please provide one of the following:", with: "; it is one of ")
      + items.joined(separator: ", ")
    let trimmed = plain.hasSuffix(".") ? String(plain.dropLast()) : plain
    return trimmed.prefix(1).lowercased() + trimmed.dropFirst()
  }

  private var suggestion: String? {
    lines.dropFirst().first { $0.contains("Did you mean") }.map { $0.prefix(1).lowercased() + $0.dropFirst() }
  }
}

internal import Fleet
internal import Platform

/// An error in the form for people and for scripts.
struct ErrorReport {
  /// The error.
  let error: FleetError

  /// `error: …`, a line for each refused host, and `hint: …`.
  func text(_ colors: Colors) -> String {
    // Who stopped waiting has done nothing wrong.
    let head = error.code == .detached ? colors("note:", .caution) : colors("error:", .bad)
    var result = head + " \(error.message.terminalSafe)\n"
    let width = error.refusals.map { $0.host.terminalSafe.displayWidth }.max() ?? 0
    for refusal in error.refusals {
      let host = refusal.host.terminalSafe
      let pad = String(repeating: " ", count: width - host.displayWidth)
      result += "  \(host)\(pad)  \(refusal.rule.terminalSafe): \(refusal.detail.terminalSafe)\n"
    }
    if !error.hint.isEmpty { result += colors("hint:", .caution) + " \(error.hint.terminalSafe)\n" }
    return result
  }

  /// The same as JSON on one line.
  var json: String { OutputValue.object(["error": error.outputValue]).compactJSON + "\n" }
}

extension FleetError {
  /// The error as JSON has it: `{code, message, hint, operation, retryable}`, and `refused` if hosts were refused.
  var outputValue: OutputValue {
    let fields = OutputValue.object([
      "code": .text(code.rawValue), "message": .text(message), "hint": .optional(hint),
      "operation": operation.map { .text($0.description) } ?? .null, "retryable": .flag(retryable),
    ])
    return refusals.isEmpty ? fields : fields.adding(["refused": OutputValue(refusals)])
  }
}

extension FleetError {
  /// The command line is wrong.
  static func usage(_ message: String, hint: String = "") -> FleetError {
    FleetError(.invalid, message, hint: hint)
  }
}

/// Translates a message of the argument parser.
struct ParserMessage {
  private let lines: [String]
  private let usage: String

  /// Takes the parser's message and its usage line.
  init(_ message: String, usage: String) {
    lines = message.split(separator: "\n").map { String($0) }
    self.usage = usage
  }

  /// One sentence, with the command that shows help.
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

/// Ends a command that has printed everything, with a status.
struct CommandExit: Error, Hashable, Sendable {
  /// The status.
  let status: ExitStatus
}

internal import Fleet

/// An error as a person or a script reads it.
struct ErrorReport {
  /// The error.
  let error: FleetError

  /// `error: …`, a line for each host that was refused, and `hint: …`.
  func text(_ paint: Paint) -> String {
    var result = paint("error:", .bad) + " \(error.message.terminalSafe)\n"
    let width = error.refusals.map { $0.host.terminalSafe.displayWidth }.max() ?? 0
    for refusal in error.refusals {
      let host = refusal.host.terminalSafe
      let pad = String(repeating: " ", count: width - host.displayWidth)
      result += "  \(host)\(pad)  \(refusal.rule.terminalSafe): \(refusal.detail.terminalSafe)\n"
    }
    if !error.hint.isEmpty { result += paint("hint:", .caution) + " \(error.hint.terminalSafe)\n" }
    return result
  }

  /// The same as JSON on one line.
  var json: String { Tree.object(["error": error.tree]).compactJSON + "\n" }
}

extension FleetError {
  /// The error as JSON has it: `{code, message, hint, operation, retryable}`, and `refused` if hosts were.
  var tree: Tree {
    let fields = Tree.object([
      "code": .text(code.rawValue), "message": .text(message), "hint": .optional(hint),
      "operation": operation.map { .text($0.description) } ?? .null, "retryable": .flag(retryable),
    ])
    return refusals.isEmpty ? fields : fields.adding(["refused": .list(refusals.map(\.tree))])
  }
}

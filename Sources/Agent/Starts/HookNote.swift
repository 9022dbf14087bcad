internal import Fleet

/// A word beside the agent's socket: what the hook does while nobody answers.
enum HookNote {
  /// The file beside a socket.
  static func path(beside socket: String) -> String { socket + ".unanswered" }

  /// What it says; to go on if there is none.
  static func rule(beside socket: String) -> UnansweredRule {
    let text = HostFile.text(path(beside: socket), limit: 64) ?? ""
    return UnansweredRule(rawValue: text.filter { !$0.isWhitespace }) ?? .failOpen
  }

  /// Leaves a word there.
  static func leave(_ rule: UnansweredRule, beside socket: String) throws {
    try HostFile.replace(path(beside: socket), with: Array((rule.rawValue + "\n").utf8))
  }
}

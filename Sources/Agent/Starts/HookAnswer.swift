internal import Fleet

/// What the agent says to libvirt's hook.
struct HookAnswer: Codable, Hashable, Sendable {
  /// What the hook does.
  enum Ruling: String, Codable, Sendable {
    /// Let it start.
    case allow
    /// Let it start; the fleet has been told.
    case warn
    /// Stop it.
    case refuse
    /// Nobody judged it: what is left beside the socket says what to do.
    case unanswered
  }

  var ruling: Ruling
  /// One sentence for whoever starts it; may be empty.
  var sentence: String

  init(_ ruling: Ruling, _ sentence: String = "") {
    self.ruling = ruling
    self.sentence = sentence
  }

  init(_ verdict: StartVerdict) {
    switch verdict.ruling {
    case .allow: self.init(.allow)
    case .warn: self.init(.warn, verdict.sentence)
    case .refuse: self.init(.refuse, verdict.sentence)
    }
  }
}

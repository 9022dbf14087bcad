@preconcurrency internal import Rainbow

/// Colours text, if anybody wants colours.
struct Paint: Hashable, Sendable {
  /// False for pipes, `NO_COLOR` and `--no-color`.
  let isOn: Bool

  /// The text in the tone's colour.
  func callAsFunction(_ text: String, _ tone: Tone) -> String {
    guard isOn else { return text }
    switch tone {
    case .plain: return text
    case .good: return text.applyingColor(.green)
    case .caution: return text.applyingColor(.yellow)
    case .bad: return text.applyingColor(.red)
    case .faint: return text.applyingStyle(.dim)
    case .heading: return text.applyingStyle(.bold)
    }
  }
}

internal import Fleet
@preconcurrency internal import Rainbow

/// The meaning of a colour.
enum TextStyle: Hashable, Sendable {
  /// None.
  case plain
  /// As it should be.
  case good
  /// Worth a look.
  case caution
  /// Broken.
  case bad
  /// Secondary.
  case faint
  /// A heading.
  case heading
}

/// Colours text, if colours are on.
struct Colors: Hashable, Sendable {
  /// False for pipes, `NO_COLOR` and `--no-color`.
  let isOn: Bool

  /// The text in the style's colour.
  func callAsFunction(_ text: String, _ style: TextStyle) -> String {
    guard isOn else { return text }
    switch style {
    case .plain: return text
    case .good: return text.applyingColor(.green)
    case .caution: return text.applyingColor(.yellow)
    case .bad: return text.applyingColor(.red)
    case .faint: return text.applyingStyle(.dim)
    case .heading: return text.applyingStyle(.bold)
    }
  }
}

extension String {
  /// The text without anything that a terminal could interpret, at any length.
  ///
  /// Everything from the network (a domain's name may contain any character) passes through here before it is shown.
  var terminalSafe: String {
    if isPlain { return self }
    return unicodeScalars.map { String($0).printable }.joined()
  }

  /// How many columns the text takes on a terminal; East Asian characters take two, combining ones none.
  var displayWidth: Int {
    if isPlain { return utf8.count }
    return unicodeScalars.reduce(0) { width, scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: width
      default: width + (Self.isWide(scalar.value) ? 2 : 1)
      }
    }
  }

  /// True for printable ASCII, which nearly every cell is.
  private var isPlain: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }

  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

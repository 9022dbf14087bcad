internal import Synchronization

/// A line on a terminal that is redrawn; silent elsewhere.
final class ProgressBar: Sendable {
  private let sink: any TextSink
  private let isShown: Bool
  private let last = Mutex("")

  /// Draws on `sink` if that is a terminal and `isQuiet` is false.
  init(on sink: any TextSink, isQuiet: Bool) {
    self.sink = sink
    isShown = sink.isTerminal && !isQuiet
  }

  /// Draws the line; `fraction` is 0…1, or nil if unknown.
  func show(_ label: String, fraction: Double?) {
    guard isShown else { return }
    let line = Self.line(label.terminalSafe, fraction: fraction, columns: sink.columns)
    last.withLock { drawn in
      guard drawn != line else { return }
      drawn = line
      sink.write("\r\u{1B}[K" + line)
    }
  }

  /// Erases the line.
  func clear() {
    guard isShown else { return }
    last.withLock { drawn in
      guard !drawn.isEmpty else { return }
      drawn = ""
      sink.write("\r\u{1B}[K")
    }
  }

  /// The line, cut to the terminal's width.
  static func line(_ label: String, fraction: Double?, columns: Int) -> String {
    guard let fraction, fraction.isFinite else { return String(label.prefix(max(0, columns - 1))) }
    let part = min(max(0, fraction), 1)
    let width = min(30, max(5, columns - label.displayWidth - 10))
    let full = Int(part * Double(width))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    return String("\(label) [\(bar)] \(Int(part * 100))%".prefix(max(0, columns - 1)))
  }
}

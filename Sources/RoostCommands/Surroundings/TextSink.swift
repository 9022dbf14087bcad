/// Where a command writes: a terminal, a pipe, or a test's memory.
public protocol TextSink: Sendable {
  /// True if a person reads it as it comes.
  var isTerminal: Bool { get }
  /// How many columns a line has.
  var columns: Int { get }
  /// False once nobody reads any more.
  var isOpen: Bool { get }
  /// Why a write failed, if it was not that the reader went away: the data is incomplete then.
  var failure: String? { get }
  /// Writes bytes at once.
  func write(_ bytes: [UInt8])
}

extension TextSink {
  /// Writes text at once.
  func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes text and ends the line.
  func writeLine(_ text: String) { write(text + "\n") }
}

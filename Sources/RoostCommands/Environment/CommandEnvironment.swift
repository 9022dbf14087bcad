package import Fleet

/// What a command has around it; the main makes it from the process, tests from memory.
package struct CommandEnvironment: Sendable {
  /// Environment variables.
  package var variables: [String: String]
  /// What time it is.
  package var clock: any WallClock
  /// Where request ids come from.
  package var random: any RandomSource
  /// Data goes here.
  package var output: any TextSink
  /// All else goes here.
  package var errors: any TextSink
  /// True if a person can be asked.
  package var inputIsTerminal: Bool
  /// True if the process runs as root.
  package var isRoot: Bool
  /// The program's own path, beside which its manual is; nil if that is not known.
  package var program: String?
  /// Has `man` show a file and does not return; false if there is no `man`. Nil where nobody could read it.
  package var showPage: (@Sendable (String) -> Bool)?

  package init(
    variables: [String: String], clock: any WallClock, random: any RandomSource, output: any TextSink,
    errors: any TextSink, inputIsTerminal: Bool, isRoot: Bool
  ) {
    self.variables = variables
    self.clock = clock
    self.random = random
    self.output = output
    self.errors = errors
    self.inputIsTerminal = inputIsTerminal
    self.isRoot = isRoot
  }

  /// A new id for a request.
  func newRequestID() -> String { RequestID(from: random).description }

  /// Says something beside the data, such as what to do next.
  func note(_ text: String) { errors.writeLine("note: \(text.terminalSafe)") }
}

/// Where a command writes: a terminal, a pipe, or a test's memory.
package protocol TextSink: Sendable {
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

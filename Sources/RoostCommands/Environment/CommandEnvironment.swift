package import Fleet

/// The environment of a command; the main makes it of the process, tests make it of memory.
package struct CommandEnvironment: Sendable {
  /// Environment variables.
  package var variables: [String: String]
  /// The clock.
  package var clock: any WallClock
  /// The source of request ids.
  package var random: any RandomSource
  /// The sink for data.
  package var output: any TextSink
  /// The sink for everything else.
  package var errors: any TextSink
  /// True if a user can answer questions.
  package var inputIsTerminal: Bool
  /// True if the process runs as root.
  package var isRoot: Bool
  /// The program's own path, beside which its manual is; nil if unknown.
  package var program: String?
  /// Runs `man` for a file and does not return; false if there is no `man`. Nil if the output is not a terminal.
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

  /// Prints a note beside the data, such as what to do next.
  func note(_ text: String) { errors.writeLine("note: \(text.terminalSafe)") }
}

/// A sink for a command's text: a terminal, a pipe, or a test's memory.
package protocol TextSink: Sendable {
  /// True for a terminal.
  var isTerminal: Bool { get }
  /// The columns of a line.
  var columns: Int { get }
  /// False once the reader is gone.
  var isOpen: Bool { get }
  /// Why a write failed, unless the reader was gone; the data is then incomplete.
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

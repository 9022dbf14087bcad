public import Fleet

/// What a command has around it; the main makes it from the process, tests from memory.
public struct Surroundings: Sendable {
  /// Environment variables.
  public var environment: [String: String]
  /// What time it is.
  public var clock: any WallClock
  /// Where request ids come from.
  public var random: any RandomSource
  /// Data goes here.
  public var output: any TextSink
  /// All else goes here.
  public var errors: any TextSink
  /// True if a person can be asked.
  public var inputIsTerminal: Bool
  /// True if the process runs as root.
  public var isRoot: Bool

  /// Makes the value.
  public init(
    environment: [String: String], clock: any WallClock, random: any RandomSource, output: any TextSink,
    errors: any TextSink, inputIsTerminal: Bool, isRoot: Bool
  ) {
    self.environment = environment
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

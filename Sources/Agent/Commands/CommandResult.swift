internal import Fleet

/// How a command ended.
public struct CommandResult: Hashable, Sendable {
  /// Its exit status; nil if a signal ended it.
  public var status: Int32?
  /// What it wrote to its standard output.
  public var output: String
  /// What it wrote to its standard error.
  public var errors: String

  /// Makes a result.
  public init(status: Int32?, output: String = "", errors: String = "") {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// True if it exited with 0.
  public var succeeded: Bool { status == 0 }

  /// The last line it wrote to its standard error, or how it ended.
  public var complaint: String {
    let line = errors.split(whereSeparator: \.isNewline).last.map { String($0).printable }
    return line ?? status.map { "it exited with status \($0)" } ?? "a signal ended it"
  }
}

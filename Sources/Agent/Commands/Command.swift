internal import Fleet

/// A program to run, with its limits.
package struct Command: Hashable, Sendable {
  /// A name to look up in `PATH`, or an absolute path.
  package var program: String
  /// Its arguments.
  package var arguments: [String]
  /// The longest time it may run.
  package var timeout: Duration
  /// The most address space it may have in bytes; nil for no limit.
  package var addressSpaceBytes: Int64?
  /// The most processor time it may take in seconds; nil for no limit.
  package var processorSeconds: Int?

  /// Makes a command.
  package init(
    _ program: String, _ arguments: [String] = [], timeout: Duration = .seconds(10),
    addressSpaceBytes: Int64? = nil, processorSeconds: Int? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.timeout = timeout
    self.addressSpaceBytes = addressSpaceBytes
    self.processorSeconds = processorSeconds
  }
}

extension Command: CustomStringConvertible {
  /// The command line.
  package var description: String { ([program] + arguments).joined(separator: " ") }
}

/// How a command ended.
package struct CommandResult: Hashable, Sendable {
  /// Its exit status; nil if a signal ended it.
  package var status: Int32?
  /// What it wrote to its standard output.
  package var output: String
  /// What it wrote to its standard error.
  package var errors: String

  /// Makes a result.
  package init(status: Int32?, output: String = "", errors: String = "") {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// True if it exited with 0.
  package var succeeded: Bool { status == 0 }

  /// The last line it wrote to its standard error, or how it ended.
  package var complaint: String {
    let line = errors.split(whereSeparator: \.isNewline).last.map { String($0).diagnostic }
    return line ?? status.map { "it exited with status \($0)" } ?? "a signal ended it"
  }
}

/// Runs programs of the host.
package protocol CommandRunner: Sendable {
  /// Runs a program to its end.
  /// - Throws: ``FleetError`` with code `unsupported` if there is no such program, `timedOut` after its time.
  func run(_ command: Command) async throws -> CommandResult
}

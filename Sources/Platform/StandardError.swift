package import Fleet
internal import Glibc

/// Standard error, for the programs without colours.
package enum StandardError {
  /// Writes a line; ignores failures.
  package static func write(_ line: String) {
    try? AtomicFile.write(Array((line + "\n").utf8), to: STDERR_FILENO, of: "stderr")
  }

  /// Writes an error as `roost` does: `error: …` and, if there is one, `hint: …`.
  package static func report(_ error: FleetError) {
    write("error: \(error.message.singleLine)" + (error.hint.isEmpty ? "" : "\nhint: \(error.hint.singleLine)"))
  }
}

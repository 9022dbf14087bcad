package import Fleet
internal import Glibc

/// Standard output, for the programs that print without a shell's formats.
package enum StandardOutput {
  /// Writes out what was printed.
  /// - Throws: ``FleetError`` with code `internal` if that fails, as on a disk that is full.
  package static func flush() throws(FleetError) {
    guard fflush(nil) == 0 else {
      // SAFETY: the text is copied at once.
      throw FleetError(.internal, "standard output can't be written: \(unsafe String(cString: strerror(errno)))")
    }
  }
}

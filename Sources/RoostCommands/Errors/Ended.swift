/// Ends a command that has said all there is to say with a status.
struct Ended: Error, Hashable, Sendable {
  /// The status.
  let status: ExitStatus
}

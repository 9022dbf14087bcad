internal import Fleet

/// What the process says of itself when it ends.
enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done.
  case done = 0
  /// Failed.
  case failed = 1
  /// Some of several did not succeed.
  case partlyFailed = 2
  /// No such thing.
  case notFound = 3
  /// Somebody has it already, or something must change first.
  case conflict = 4
  /// Every host was refused.
  case noHostFits = 5
  /// The caller may not.
  case denied = 6
  /// The coordinator or a host can't be reached.
  case unreachable = 7
  /// The operation still runs.
  case timedOut = 8
  /// The person said no.
  case declined = 9
  /// Changes are pending.
  case pending = 10
  /// The command was typed wrongly.
  case usage = 64

  /// The status an error ends with.
  init(_ code: FleetError.Code) {
    switch code {
    case .invalid: self = .usage
    case .notFound: self = .notFound
    case .conflict, .precondition, .exhausted, .portBusy, .superseded, .cancelled: self = .conflict
    case .noHostFits: self = .noHostFits
    case .denied: self = .denied
    case .unreachable: self = .unreachable
    case .timedOut, .detached: self = .timedOut
    case .declined: self = .declined
    default: self = .failed
    }
  }
}

/// Ends a command that has said all there is to say with a status.
struct CommandExit: Error, Hashable, Sendable {
  /// The status.
  let status: ExitStatus
}

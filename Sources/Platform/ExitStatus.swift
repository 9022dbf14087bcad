package import Fleet

/// The exit statuses of the three programs.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done.
  case done = 0
  /// Failed.
  case failed = 1
  /// Some of several did not succeed.
  case partlyFailed = 2
  /// The subject does not exist.
  case notFound = 3
  /// Another owner has it already, or something must change first.
  case conflict = 4
  /// Every host was refused.
  case noHostFits = 5
  /// The caller is not permitted to do this.
  case denied = 6
  /// The coordinator or a host can't be reached.
  case unreachable = 7
  /// The operation still runs.
  case timedOut = 8
  /// The user declined.
  case declined = 9
  /// Changes are pending.
  case pending = 10
  /// The command line is wrong.
  case usage = 64

  /// The status an error ends with.
  package init(_ code: FleetError.Code) {
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

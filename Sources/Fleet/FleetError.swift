/// Anything that went wrong, as every surface of Roost reports it.
package struct FleetError: Error, Hashable, Sendable {
  /// What kind of failure it is; open, so that an unknown code survives a journey over the wire.
  package struct Code: RawRepresentable, Hashable, Sendable {
    /// The code as it stands in JSON.
    package let rawValue: String

    /// Names a code, known or not.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The input is malformed or out of range.
    package static let invalid = Code(rawValue: "invalid")
    /// No such thing.
    package static let notFound = Code(rawValue: "not_found")
    /// Another owner has it already.
    package static let conflict = Code(rawValue: "conflict")
    /// Something must change first.
    package static let precondition = Code(rawValue: "precondition")
    /// Every host was refused; ``FleetError/refusals`` tells why.
    package static let noHostFits = Code(rawValue: "no_host_fits")
    /// The caller may not.
    package static let denied = Code(rawValue: "denied")
    /// A coordinator, host or libvirt daemon can't be reached.
    package static let unreachable = Code(rawValue: "unreachable")
    /// It takes longer than the caller waits.
    package static let timedOut = Code(rawValue: "timed_out")
    /// A pool has nothing left.
    package static let exhausted = Code(rawValue: "exhausted")
    /// A VNC port is in use on the host; the coordinator answers with another port.
    package static let portBusy = Code(rawValue: "port_busy")
    /// Something that was asked for later has taken its place.
    package static let superseded = Code(rawValue: "superseded")
    /// Somebody ended it before it was done.
    package static let cancelled = Code(rawValue: "cancelled")
    /// This host or guest can't do that.
    package static let unsupported = Code(rawValue: "unsupported")
    /// A fault of Roost or of what it stands on.
    package static let `internal` = Code(rawValue: "internal")
  }

  /// What kind of failure it is.
  package var code: Code
  /// One sentence in the present tense without a final stop.
  package var message: String
  /// What to type next; empty if there is nothing to say.
  package var hint: String
  /// The operation it belongs to, if any.
  package var operation: OperationID?
  /// True if the same call may succeed later without anybody changing anything.
  package var retryable: Bool
  /// Why each host was refused, for ``Code/noHostFits``.
  package var refusals: [Refusal]

  /// Makes an error.
  package init(
    _ code: Code, _ message: String, hint: String = "", operation: OperationID? = nil, retryable: Bool = false,
    refusals: [Refusal] = []
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.operation = operation
    self.retryable = retryable
    self.refusals = refusals
  }
}

extension FleetError: CustomStringConvertible {
  /// The message, and the hint behind it.
  package var description: String { hint.isEmpty ? message : "\(message) (hint: \(hint))" }
}

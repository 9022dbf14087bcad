/// An error in the form in which every interface of Roost reports it.
package struct FleetError: Error, Hashable, Sendable {
  /// The kind of an error; open, so that an unknown code survives the wire.
  package struct Code: RawRepresentable, Hashable, Sendable, Codable {
    /// The code in JSON.
    package let rawValue: String

    /// Names a code, known or not.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The input is malformed or out of range.
    package static let invalid = Code(rawValue: "invalid")
    /// The subject does not exist.
    package static let notFound = Code(rawValue: "not_found")
    /// Another owner already has it.
    package static let conflict = Code(rawValue: "conflict")
    /// Something must change first.
    package static let precondition = Code(rawValue: "precondition")
    /// Every host was refused; ``FleetError/refusals`` has the reasons.
    package static let noHostFits = Code(rawValue: "no_host_fits")
    /// The caller is not permitted to do this.
    package static let denied = Code(rawValue: "denied")
    /// A coordinator, host or libvirt daemon can't be reached.
    package static let unreachable = Code(rawValue: "unreachable")
    /// It takes longer than the caller's time limit.
    package static let timedOut = Code(rawValue: "timed_out")
    /// A pool or a limit is used up.
    package static let exhausted = Code(rawValue: "exhausted")
    /// A VNC port is in use on the host; the coordinator answers with another port.
    package static let portBusy = Code(rawValue: "port_busy")
    /// A later request has replaced it.
    package static let superseded = Code(rawValue: "superseded")
    /// It was ended on request before it was done.
    package static let cancelled = Code(rawValue: "cancelled")
    /// The person stopped waiting.
    package static let detached = Code(rawValue: "detached")
    /// The user declined.
    package static let declined = Code(rawValue: "declined")
    /// This host or guest can't do that.
    package static let unsupported = Code(rawValue: "unsupported")
    /// A fault of Roost or of its environment.
    package static let `internal` = Code(rawValue: "internal")
  }

  /// The kind of the error.
  package var code: Code
  /// One sentence in the present tense without a final stop.
  package var message: String
  /// What the user should type next; may be empty.
  package var hint: String
  /// The operation it belongs to, if any.
  package var operation: OperationID?
  /// True if the same call may succeed later without any other change.
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

extension FleetError: Codable {
  private enum CodingKeys: String, CodingKey { case code, message, hint, operation, retryable, refusals }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try fields.decode(Code.self, forKey: .code), try fields.decode(String.self, forKey: .message),
      hint: try fields.decode(String.self, forKey: .hint),
      operation: try fields.decodeIfPresent(String.self, forKey: .operation).flatMap { OperationID($0) },
      retryable: try fields.decode(Bool.self, forKey: .retryable),
      refusals: try fields.decode([Refusal].self, forKey: .refusals))
  }
}

extension FleetError: CustomStringConvertible {
  /// The message, followed by the hint.
  package var description: String { hint.isEmpty ? message : "\(message) (hint: \(hint))" }
}

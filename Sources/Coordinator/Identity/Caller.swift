public import Fleet

/// Who is calling, as a certificate or a socket says.
public enum Caller: Hashable, Sendable {
  /// Nobody in particular: the enrolment port.
  case anonymous
  /// Whoever may open the socket in the data directory.
  case localAdministrator
  /// A person with an operator's certificate.
  case `operator`(String)
  /// The agent of a host.
  case agent(HostID)

  /// The caller of the call that is being served.
  @TaskLocal static var current: Caller = .anonymous

  /// Who is on record for what happens now: `user:ada`, `uid:0` over the local socket, `host:h1`, `token:ID`,
  /// `address:10.0.0.7`, or the coordinator itself outside of any call.
  @TaskLocal static var actor = coordinator

  /// On record for what nobody asked for.
  static let coordinator = "coordinator"

  /// The serial number of the certificate that the call came with; nil at a door without client certificates.
  @TaskLocal static var serial: String?

  /// What the caller may do as a kind.
  var role: Role {
    switch self {
    case .anonymous: .anonymous
    case .localAdministrator: .localAdministrator
    case .operator: .operator
    case .agent: .agent
    }
  }

  /// The kinds of caller.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Nobody in particular.
    case anonymous
    /// Whoever may open the local socket.
    case localAdministrator
    /// A person with an operator's certificate.
    case `operator`
    /// A host's agent.
    case agent
  }
}

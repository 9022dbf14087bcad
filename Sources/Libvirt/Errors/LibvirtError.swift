/// A libvirt call that failed, as libvirt told it.
///
/// Branch on ``code`` alone: `catch LibvirtError.Code.noDomain`. The message is for people.
/// Corresponds to `virError`, <https://libvirt.org/html/libvirt-virterror.html#virError>.
public struct LibvirtError: Error, Sendable, Hashable {
  /// What went wrong.
  public let code: Code
  /// The part of libvirt that says so.
  public let domain: Domain
  /// How bad libvirt takes it to be.
  public let level: Level
  /// libvirt's own sentence, in the daemon's language.
  public let message: String
  /// The C function that failed, such as `virDomainCreateWithFlags`.
  public let function: String

  /// Makes an error from its parts.
  public init(
    code: Code, domain: Domain = .none, level: Level = .error, message: String, function: String
  ) {
    self.code = code
    self.domain = domain
    self.level = level
    self.message = message
    self.function = function
  }
}

extension LibvirtError: CustomStringConvertible {
  /// One line with the function, libvirt's sentence and the code.
  public var description: String { "\(function): \(message) (libvirt error \(code.rawValue))" }
}

extension LibvirtError {
  /// Whether this is how the client side speaks of a broken connection, so that the call may be tried
  /// again on a new one.
  ///
  /// ``Connection/isAlive`` is the surer question; this one helps where there is no connection, or none
  /// any more.
  public var isConnectionLost: Bool {
    switch code {
    case .invalidConnection, .noConnect: true
    // "client socket is closed" is an internal error, a broken socket a system error, both of this part.
    case .internalError, .systemError, .rpc: domain == .rpc || domain == .remote
    default: false
    }
  }
}

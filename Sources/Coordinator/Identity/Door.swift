/// One of the coordinator's listening sockets; each tells in its own way who is calling.
enum Door: Sendable {
  /// The unix socket in the data directory: whoever can open it is an administrator.
  case local
  /// Mutual TLS: the certificate names the caller.
  case link
  /// TLS for hosts that have no certificate yet.
  case enrolment
}

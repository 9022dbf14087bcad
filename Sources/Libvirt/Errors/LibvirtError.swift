internal import CLibvirt

/// A libvirt call that failed, as libvirt reported it.
///
/// Branch only on ``code``: `catch LibvirtError.Code.noDomain`. The message is for people. Corresponds to `virError`,
/// <https://libvirt.org/html/libvirt-virterror.html#virError>.
package struct LibvirtError: Error, Sendable, Hashable {
  /// What went wrong.
  package let code: Code
  /// The part of libvirt that reports it.
  package let domain: Domain
  /// How severe libvirt considers it.
  package let level: Level
  /// libvirt's own sentence, in the daemon's language.
  package let message: String
  /// The C function that failed, such as `virDomainCreateWithFlags`.
  package let function: String

  /// Makes an error from its parts.
  package init(
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
  package var description: String { "\(function): \(message) (libvirt error \(code.rawValue))" }
}

extension LibvirtError {
  /// True if the client reports a broken connection in this way, so that the call may be tried again on a new one.
  ///
  /// ``Connection/isAlive`` is more certain; this one helps where there is no connection, or no longer one.
  package var isConnectionLost: Bool {
    switch code {
    case .invalidConnection, .noConnect: true
    // "client socket is closed" is an internal error, a broken socket a system error, both of this part.
    case .internalError, .systemError, .rpc: domain == .rpc || domain == .remote
    default: false
    }
  }
}

extension LibvirtError {
  /// How bad an error is; corresponds to `virErrorLevel`.
  package enum Level: Sendable, Hashable {
    /// Not an error.
    case none
    /// The call continued.
    case warning
    /// The call failed.
    case error
    /// A level newer than this library.
    case unknown(Int32)

    init(rawValue: UInt32) {
      switch rawValue {
      case VIR_ERR_NONE.rawValue: self = .none
      case VIR_ERR_WARNING.rawValue: self = .warning
      case VIR_ERR_ERROR.rawValue: self = .error
      default: self = .unknown(Int32(bitPattern: rawValue))
      }
    }
  }
}

extension LibvirtError {
  /// The part of libvirt an error comes from; an open set, as libvirt grows new drivers.
  ///
  /// Corresponds to `virErrorDomain`.
  package struct Domain: RawRepresentable, Sendable, Hashable {
    /// libvirt's number.
    package let rawValue: Int32

    /// Takes any number, known or not.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ number: virErrorDomain) { rawValue = Int32(bitPattern: number.rawValue) }

    /// No part in particular.
    package static let none = Domain(VIR_FROM_NONE)
    /// The connection to the daemon.
    package static let rpc = Domain(VIR_FROM_RPC)
    /// The remote driver of the client side.
    package static let remote = Domain(VIR_FROM_REMOTE)
    /// The QEMU driver.
    package static let qemu = Domain(VIR_FROM_QEMU)
    /// The test driver.
    package static let test = Domain(VIR_FROM_TEST)
    /// Reading of XML documents.
    package static let xml = Domain(VIR_FROM_XML)
    /// Networks.
    package static let network = Domain(VIR_FROM_NETWORK)
    /// Storage pools and volumes.
    package static let storage = Domain(VIR_FROM_STORAGE)
    /// Streams.
    package static let streams = Domain(VIR_FROM_STREAMS)
    /// Authentication through polkit.
    package static let polkit = Domain(VIR_FROM_POLKIT)
  }
}

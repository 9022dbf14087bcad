internal import DomainXML
package import Fleet
internal import Libvirt
internal import RoostAPI

extension FleetError {
  /// Translates any error of the agent into Roost's own.
  package init(agent error: any Error) {
    let known = FleetError(libvirt: error)
    self = known.code == .internal && !(error is FleetError) ? FleetError(error) : known
  }
}

extension FleetError {
  /// The error for a host that does not have a VM's domain.
  static func noDomain(_ id: VMID) -> FleetError {
    FleetError(
      .notFound, "libvirt on host \"\(HostName.current)\" has no domain \(id)",
      hint: "if it was undefined with virsh, define it again: roost recover \(id)")
  }
}

extension FleetError {
  /// Translates any error of a libvirt call.
  init(libvirt error: any Error) {
    switch error {
    case let error as FleetError: self = error
    case let error as LibvirtError: self.init(error)
    case let error as DomainXMLError: self.init(error)
    case CallPoolError.timedOut(let call, let after, _, _):
      self.init(.timedOut, "libvirt does not answer \"\(call)\" within \(after)", retryable: true)
    case CallPoolError.queueFull(let call, _):
      self.init(.unreachable, "libvirt is too busy for \"\(call)\"", retryable: true)
    case let error as CallPoolError: self.init(.unreachable, "\(error)", retryable: true)
    case is CancellationError: self.init(.timedOut, "the call was cancelled", retryable: true)
    default: self.init(.internal, String(describing: error).printable)
    }
  }

  private init(_ error: LibvirtError) {
    // A start that fails has what QEMU said, with all its arguments, before the cause.
    let text = error.message.diagnostic
    switch error.code {
    case .noDomain, .noNetwork, .noStoragePool, .noStorageVolume: self.init(.notFound, text)
    case .operationDenied, .accessDenied, .authFailed, .authUnavailable:
      self.init(.denied, text, hint: "roost-agent check")
    case .xmlError, .xmlDetail, .xmlInvalidSchema, .invalidArgument: self.init(.invalid, text)
    case .configUnsupported, .noSupport, .argumentUnsupported, .operationUnsupported: self.init(.unsupported, text)
    case .operationInvalid, .hookScriptFailed: self.init(.precondition, text)
    case .domainExists, .networkExists: self.init(.conflict, text)
    case .operationTimeout, .resourceBusy: self.init(.timedOut, text, retryable: true)
    case _ where error.isConnectionLost: self.init(.unreachable, text, retryable: true)
    default: self.init(.internal, text)
    }
  }

  private init(_ error: DomainXMLError) {
    self.init(.invalid, "the domain document is refused: \(error.description.printable)")
  }
}

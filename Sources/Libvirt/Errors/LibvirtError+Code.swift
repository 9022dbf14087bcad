internal import CLibvirt

extension LibvirtError {
  /// What went wrong, as an open set: a number newer than this library is kept as it is.
  ///
  /// Corresponds to `virErrorNumber`, <https://libvirt.org/html/libvirt-virterror.html#virErrorNumber>.
  package struct Code: RawRepresentable, Sendable, Hashable {
    /// libvirt's number.
    package let rawValue: Int32

    /// Takes any number, known or not.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ number: virErrorNumber) { rawValue = Int32(bitPattern: number.rawValue) }

    /// libvirt has an internal error, or a tool that it ran failed.
    package static let internalError = Code(VIR_ERR_INTERNAL_ERROR)
    /// The driver does not have this call.
    package static let noSupport = Code(VIR_ERR_NO_SUPPORT)
    /// No driver or daemon answers at this URI.
    package static let noConnect = Code(VIR_ERR_NO_CONNECT)
    /// The connection is no longer usable.
    package static let invalidConnection = Code(VIR_ERR_INVALID_CONN)
    /// An argument, a flag among them, is not accepted.
    package static let invalidArgument = Code(VIR_ERR_INVALID_ARG)
    /// The operation was tried and failed.
    package static let operationFailed = Code(VIR_ERR_OPERATION_FAILED)
    /// The XML document says something libvirt cannot accept.
    package static let xmlError = Code(VIR_ERR_XML_ERROR)
    /// The XML document is not well formed.
    package static let xmlDetail = Code(VIR_ERR_XML_DETAIL)
    /// The XML document breaks libvirt's schema.
    package static let xmlInvalidSchema = Code(VIR_ERR_XML_INVALID_SCHEMA)
    /// A domain of that name or identity exists.
    package static let domainExists = Code(VIR_ERR_DOM_EXIST)
    /// The connection is read-only, or policy forbids it.
    package static let operationDenied = Code(VIR_ERR_OPERATION_DENIED)
    /// A file could not be opened.
    package static let openFailed = Code(VIR_ERR_OPEN_FAILED)
    /// A network of that name or identity exists.
    package static let networkExists = Code(VIR_ERR_NETWORK_EXIST)
    /// A call to the operating system failed; the connection may be gone.
    package static let systemError = Code(VIR_ERR_SYSTEM_ERROR)
    /// The connection to the daemon broke.
    package static let rpc = Code(VIR_ERR_RPC)
    /// No such domain.
    package static let noDomain = Code(VIR_ERR_NO_DOMAIN)
    /// No such network.
    package static let noNetwork = Code(VIR_ERR_NO_NETWORK)
    /// The daemon refused our authentication.
    package static let authFailed = Code(VIR_ERR_AUTH_FAILED)
    /// No method of authentication is available.
    package static let authUnavailable = Code(VIR_ERR_AUTH_UNAVAILABLE)
    /// No such storage pool.
    package static let noStoragePool = Code(VIR_ERR_NO_STORAGE_POOL)
    /// No such storage volume.
    package static let noStorageVolume = Code(VIR_ERR_NO_STORAGE_VOL)
    /// The object's state does not allow this, such as starting a running domain.
    package static let operationInvalid = Code(VIR_ERR_OPERATION_INVALID)
    /// The hypervisor cannot do what the document asks.
    package static let configUnsupported = Code(VIR_ERR_CONFIG_UNSUPPORTED)
    /// The daemon waited too long, for a job of the same domain as a rule.
    package static let operationTimeout = Code(VIR_ERR_OPERATION_TIMEOUT)
    /// A hook script refused.
    package static let hookScriptFailed = Code(VIR_ERR_HOOK_SCRIPT_FAILED)
    /// The stream is closed or not a stream.
    package static let invalidStream = Code(VIR_ERR_INVALID_STREAM)
    /// The driver has the call, without this argument.
    package static let argumentUnsupported = Code(VIR_ERR_ARGUMENT_UNSUPPORTED)
    /// The operation was aborted.
    package static let operationAborted = Code(VIR_ERR_OPERATION_ABORTED)
    /// The domain has no metadata of that name.
    package static let noDomainMetadata = Code(VIR_ERR_NO_DOMAIN_METADATA)
    /// The driver has the call, in another situation.
    package static let operationUnsupported = Code(VIR_ERR_OPERATION_UNSUPPORTED)
    /// The guest agent does not answer.
    package static let agentUnresponsive = Code(VIR_ERR_AGENT_UNRESPONSIVE)
    /// Another client uses it now.
    package static let resourceBusy = Code(VIR_ERR_RESOURCE_BUSY)
    /// Policy forbids it.
    package static let accessDenied = Code(VIR_ERR_ACCESS_DENIED)
    /// The domain has no such device.
    package static let deviceMissing = Code(VIR_ERR_DEVICE_MISSING)

    /// Matches any error of this code, so that `catch LibvirtError.Code.noDomain` works.
    package static func ~= (code: Code, error: any Error) -> Bool {
      (error as? LibvirtError)?.code == code
    }
  }
}

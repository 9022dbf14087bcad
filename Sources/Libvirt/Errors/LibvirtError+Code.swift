internal import CLibvirt

extension LibvirtError {
  /// What went wrong, as an open set: a number newer than this library survives as it is.
  ///
  /// Corresponds to `virErrorNumber`,
  /// <https://libvirt.org/html/libvirt-virterror.html#virErrorNumber>.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// libvirt's number.
    public let rawValue: Int32

    /// Takes any number, known or not.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ number: virErrorNumber) { rawValue = Int32(bitPattern: number.rawValue) }

    /// libvirt broke its own rules, or a tool it ran failed.
    public static let internalError = Code(VIR_ERR_INTERNAL_ERROR)
    /// The driver does not have this call.
    public static let noSupport = Code(VIR_ERR_NO_SUPPORT)
    /// No driver or daemon answers at this URI.
    public static let noConnect = Code(VIR_ERR_NO_CONNECT)
    /// The connection is no longer usable.
    public static let invalidConnection = Code(VIR_ERR_INVALID_CONN)
    /// An argument, a flag among them, is not accepted.
    public static let invalidArgument = Code(VIR_ERR_INVALID_ARG)
    /// The operation was tried and failed.
    public static let operationFailed = Code(VIR_ERR_OPERATION_FAILED)
    /// The XML document says something libvirt cannot accept.
    public static let xmlError = Code(VIR_ERR_XML_ERROR)
    /// The XML document is not well formed.
    public static let xmlDetail = Code(VIR_ERR_XML_DETAIL)
    /// The XML document breaks libvirt's schema.
    public static let xmlInvalidSchema = Code(VIR_ERR_XML_INVALID_SCHEMA)
    /// A domain of that name or identity exists.
    public static let domainExists = Code(VIR_ERR_DOM_EXIST)
    /// The connection is read-only, or policy forbids it.
    public static let operationDenied = Code(VIR_ERR_OPERATION_DENIED)
    /// A file could not be opened.
    public static let openFailed = Code(VIR_ERR_OPEN_FAILED)
    /// A network of that name or identity exists.
    public static let networkExists = Code(VIR_ERR_NETWORK_EXIST)
    /// A call to the operating system failed; the connection may be gone.
    public static let systemError = Code(VIR_ERR_SYSTEM_ERROR)
    /// The connection to the daemon broke.
    public static let rpc = Code(VIR_ERR_RPC)
    /// No such domain.
    public static let noDomain = Code(VIR_ERR_NO_DOMAIN)
    /// No such network.
    public static let noNetwork = Code(VIR_ERR_NO_NETWORK)
    /// The daemon refused to know us.
    public static let authFailed = Code(VIR_ERR_AUTH_FAILED)
    /// No way of proving who we are is at hand.
    public static let authUnavailable = Code(VIR_ERR_AUTH_UNAVAILABLE)
    /// No such storage pool.
    public static let noStoragePool = Code(VIR_ERR_NO_STORAGE_POOL)
    /// No such storage volume.
    public static let noStorageVolume = Code(VIR_ERR_NO_STORAGE_VOL)
    /// The object is not in a state that allows this, such as starting what runs.
    public static let operationInvalid = Code(VIR_ERR_OPERATION_INVALID)
    /// The hypervisor cannot do what the document asks.
    public static let configUnsupported = Code(VIR_ERR_CONFIG_UNSUPPORTED)
    /// The daemon waited too long, for a job of the same domain as a rule.
    public static let operationTimeout = Code(VIR_ERR_OPERATION_TIMEOUT)
    /// A hook script refused.
    public static let hookScriptFailed = Code(VIR_ERR_HOOK_SCRIPT_FAILED)
    /// The stream is closed or not a stream.
    public static let invalidStream = Code(VIR_ERR_INVALID_STREAM)
    /// The driver has the call, without this argument.
    public static let argumentUnsupported = Code(VIR_ERR_ARGUMENT_UNSUPPORTED)
    /// Somebody aborted the operation.
    public static let operationAborted = Code(VIR_ERR_OPERATION_ABORTED)
    /// The domain has no metadata of that name.
    public static let noDomainMetadata = Code(VIR_ERR_NO_DOMAIN_METADATA)
    /// The driver has the call, in another situation.
    public static let operationUnsupported = Code(VIR_ERR_OPERATION_UNSUPPORTED)
    /// The guest agent does not answer.
    public static let agentUnresponsive = Code(VIR_ERR_AGENT_UNRESPONSIVE)
    /// Somebody else uses it now.
    public static let resourceBusy = Code(VIR_ERR_RESOURCE_BUSY)
    /// Policy forbids it.
    public static let accessDenied = Code(VIR_ERR_ACCESS_DENIED)
    /// The domain has no such device.
    public static let deviceMissing = Code(VIR_ERR_DEVICE_MISSING)

    /// Matches any error of this code, so that `catch LibvirtError.Code.noDomain` works.
    public static func ~= (code: Code, error: any Error) -> Bool {
      (error as? LibvirtError)?.code == code
    }
  }
}

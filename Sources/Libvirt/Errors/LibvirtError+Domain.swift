internal import CLibvirt

extension LibvirtError {
  /// The part of libvirt an error comes from; an open set, as libvirt grows new drivers.
  ///
  /// Corresponds to `virErrorDomain`.
  public struct Domain: RawRepresentable, Sendable, Hashable {
    /// libvirt's number.
    public let rawValue: Int32

    /// Takes any number, known or not.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ number: virErrorDomain) { rawValue = Int32(bitPattern: number.rawValue) }

    /// No part in particular.
    public static let none = Domain(VIR_FROM_NONE)
    /// The connection to the daemon.
    public static let rpc = Domain(VIR_FROM_RPC)
    /// The remote driver of the client side.
    public static let remote = Domain(VIR_FROM_REMOTE)
    /// The QEMU driver.
    public static let qemu = Domain(VIR_FROM_QEMU)
    /// The test driver.
    public static let test = Domain(VIR_FROM_TEST)
    /// Reading of XML documents.
    public static let xml = Domain(VIR_FROM_XML)
    /// Networks.
    public static let network = Domain(VIR_FROM_NETWORK)
    /// Storage pools and volumes.
    public static let storage = Domain(VIR_FROM_STORAGE)
    /// Streams.
    public static let streams = Domain(VIR_FROM_STREAMS)
    /// Authentication through polkit.
    public static let polkit = Domain(VIR_FROM_POLKIT)
  }
}

public import Fleet

/// The last full report of a host, kept so that its domains are known while it is offline.
public struct StoredReport: Hashable, Sendable {
  /// The host.
  public var hostID: HostID
  /// When it was made.
  public var at: Timestamp
  /// The report as its reader encodes it.
  public var bytes: [UInt8]

  /// Makes the value.
  public init(hostID: HostID, at: Timestamp, bytes: [UInt8]) {
    self.hostID = hostID
    self.at = at
    self.bytes = bytes
  }
}

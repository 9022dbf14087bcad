/// Whether an agent's libvirt answers.
public struct LibvirtState: Hashable, Sendable {
  /// True while it answers.
  public var isConnected: Bool
  /// Since when.
  public var since: Timestamp
  /// One sentence, or empty.
  public var detail: String

  /// Makes the value.
  public init(isConnected: Bool, since: Timestamp, detail: String = "") {
    self.isConnected = isConnected
    self.since = since
    self.detail = detail
  }
}

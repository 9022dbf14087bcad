/// One network interface of a VM.
public struct NICSpec: Hashable, Sendable {
  /// What it is plugged into.
  public var source: NICSource
  /// `virtio`, `e1000`, `rtl8139` …; nil for the default.
  public var model: String?
  /// The address asked for, or nil for one from the pool.
  public var mac: MACAddress?

  /// Makes an interface.
  public init(source: NICSource, model: String? = nil, mac: MACAddress? = nil) {
    self.source = source
    self.model = model
    self.mac = mac
  }
}

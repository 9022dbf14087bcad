/// A disk or drive as a domain document has it.
public struct ObservedDisk: Hashable, Sendable {
  /// `disk`, `cdrom`, `floppy` or `lun`.
  public var device: String
  /// The guest's device name.
  public var target: String
  /// The file or device on the host, or empty.
  public var path: String
  /// The format, such as `qcow2`.
  public var format: String
  /// True if the guest can't write.
  public var readOnly: Bool
  /// True if guests may share it.
  public var shareable: Bool
  /// The bus.
  public var bus: String

  /// Makes the value.
  public init(
    device: String, target: String, path: String, format: String = "", readOnly: Bool = false,
    shareable: Bool = false, bus: String = ""
  ) {
    self.device = device
    self.target = target
    self.path = path
    self.format = format
    self.readOnly = readOnly
    self.shareable = shareable
    self.bus = bus
  }
}

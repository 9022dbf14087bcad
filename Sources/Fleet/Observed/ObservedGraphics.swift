/// A display as a domain document has it.
public struct ObservedGraphics: Hashable, Sendable {
  /// `vnc`, `spice` …
  public var type: String
  /// The address it listens on, or empty.
  public var listen: String
  /// The TCP port; nil before libvirt has chosen one.
  public var port: Int?
  /// True if libvirt chooses the port.
  public var autoport: Bool

  /// Makes the value.
  public init(type: String, listen: String = "", port: Int? = nil, autoport: Bool = false) {
    self.type = type
    self.listen = listen
    self.port = port
    self.autoport = autoport
  }
}

/// How the guest's processor is chosen: `<cpu mode>`.
public struct CPUMode: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The host's own processor.
  public static let hostPassthrough: CPUMode = "host-passthrough"
  /// The nearest named model.
  public static let hostModel: CPUMode = "host-model"
  /// A named model.
  public static let custom: CPUMode = "custom"
  /// All that the emulator knows.
  public static let maximum: CPUMode = "maximum"
}

/// How an image file is laid out.
public enum ImageFormat: String, Hashable, Sendable, CaseIterable {
  /// QEMU's copy-on-write format.
  case qcow2
  /// Plain bytes.
  case raw
  /// Plain bytes with an ISO 9660 file system, for a drive.
  case iso

  /// The format's name for QEMU, which knows an ISO image as raw bytes.
  public var driver: String { self == .qcow2 ? "qcow2" : "raw" }
}

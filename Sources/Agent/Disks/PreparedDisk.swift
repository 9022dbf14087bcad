internal import Fleet

/// A disk of a spec with the file that is ready for it.
struct PreparedDisk: Hashable, Sendable {
  /// What was asked for.
  var spec: DiskSpec
  /// The file; nil for an empty drive.
  var path: String?
  /// The file's format for QEMU, `qcow2` or `raw`.
  var format: String
}

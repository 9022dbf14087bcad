internal import Fleet

/// A disk as somebody asked for it; what is nil gets a default.
struct DiskWish: Hashable, Sendable {
  var source: DiskSource?
  var size = Memory.zero
  var bus: String?
  var target: String?
  var format: ImageFormat?
  var path: String?

  /// The disk with its defaults: a new virtio disk of format qcow2.
  func spec(_ names: inout TargetNames) -> DiskSpec {
    let bus = bus ?? "virtio"
    return DiskSpec(
      device: .disk, bus: bus, target: target ?? names.next(for: bus), format: format ?? .qcow2,
      source: source ?? .blank, path: path, size: size)
  }
}

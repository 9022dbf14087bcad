/// Where a disk's bytes come from.
public enum DiskSource: Hashable, Sendable {
  /// A new empty file.
  case blank
  /// A new file backed by a library image.
  case overlay(ImageRef)
  /// A new file copied from a library image.
  case copy(ImageRef)
  /// A library image as a read-only medium.
  case medium(ImageRef)
  /// A file that must be there already.
  case existing
  /// A drive with nothing in it.
  case none
  /// What the VM's domain document says, which Roost does not model: a volume of a pool, a disk on the network.
  case document
}

import Fleet

extension DiskSpec {
  /// Fills in what a library image says about a disk made of it.
  /// - Throws: ``FleetError`` with code `invalid` for an image that can't serve so.
  mutating func take(_ image: Image) throws(FleetError) {
    let reference = ImageRef(id: image.id, name: image.name)
    switch source {
    case .medium:
      source = .medium(reference)
      format = .raw
      size = image.virtualSize
    case .overlay, .copy:
      guard image.format != .iso else {
        throw FleetError(
          .invalid, "image \"\(image.name)\" is an ISO and can't be a disk",
          hint: "use --cdrom \(image.name.shellQuoted)")
      }
      guard size == .zero || size >= image.virtualSize else {
        throw FleetError(
          .invalid, "disk \"\(target)\" asks for \(size); image \"\(image.name)\" has \(image.virtualSize)",
          hint: "ask for \(image.virtualSize) or more")
      }
      if case .overlay = source { source = .overlay(reference) } else { source = .copy(reference) }
      format = .qcow2
      size = max(size, image.virtualSize)
    case .blank, .existing, .none, .document: break
    }
  }
}

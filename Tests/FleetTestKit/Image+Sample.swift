package import Fleet

extension Image {
  /// A small library image.
  package static func sample(
    _ name: String = "tiny", id: ImageID = .sample(501), format: ImageFormat = .qcow2
  ) -> Image {
    Image(
      id: id, name: name, format: format, virtualSize: .gibibytes(1), fileSize: .mebibytes(20),
      sha256: String(repeating: "ab", count: 32), createdAt: .sample)
  }
}

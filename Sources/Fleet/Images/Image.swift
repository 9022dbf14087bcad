/// A library image.
package struct Image: Hashable, Sendable {
  /// Its identity; its name may later belong to another image.
  package var id: ImageID
  /// Its name, unique in the library.
  package var name: String
  /// Its layout.
  package var format: ImageFormat
  /// The size a guest sees.
  package var virtualSize: ByteCount
  /// The size of the file.
  package var fileSize: ByteCount
  /// SHA-256 of the file, lower-case hexadecimal; ``blankHash`` for a raw file that was made blank.
  package var sha256: String
  /// When it was added to the library.
  package var createdAt: Timestamp

  /// Stands for the hash of a raw file of zeros, which may be a petabyte long and is never read.
  package static let blankHash = String(repeating: "0", count: 64)

  /// True for a raw file of zeros.
  package var isBlank: Bool { format == .raw && sha256 == Self.blankHash }

  /// Makes an image.
  package init(
    id: ImageID, name: String, format: ImageFormat, virtualSize: ByteCount, fileSize: ByteCount, sha256: String,
    createdAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.format = format
    self.virtualSize = virtualSize
    self.fileSize = fileSize
    self.sha256 = sha256
    self.createdAt = createdAt
  }
}

/// How an image file is laid out.
package enum ImageFormat: String, Hashable, Sendable, CaseIterable, Word {
  /// QEMU's copy-on-write format.
  case qcow2
  /// Plain bytes.
  case raw
  /// Plain bytes with an ISO 9660 file system, for a drive.
  case iso

  /// The format's name in QEMU, which treats an ISO image as raw bytes.
  package var driver: String { self == .qcow2 ? "qcow2" : "raw" }
}

/// A library image as a spec names it.
package struct ImageRef: Hashable, Sendable {
  /// The image's id; nil until the coordinator has looked the name up.
  package var id: ImageID?
  /// The image's name.
  package var name: String

  /// Makes a reference.
  package init(id: ImageID? = nil, name: String) {
    self.id = id
    self.name = name
  }
}

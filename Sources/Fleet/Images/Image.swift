/// A library image.
public struct Image: Hashable, Sendable {
  /// Its identity; a name may later belong to another image.
  public var id: ImageID
  /// Its name, unique in the library.
  public var name: String
  /// Its layout.
  public var format: ImageFormat
  /// The size a guest sees.
  public var virtualSize: Memory
  /// The size of the file.
  public var fileSize: Memory
  /// SHA-256 of the file, lower-case hexadecimal; ``blankHash`` for a raw file that was made blank.
  public var sha256: String
  /// When it came into the library.
  public var createdAt: Timestamp

  /// What stands for the hash of a raw file of nothing but zeros, which can be a petabyte long: nobody reads them.
  public static let blankHash = String(repeating: "0", count: 64)

  /// True for a raw file of nothing but zeros.
  public var isBlank: Bool { format == .raw && sha256 == Self.blankHash }

  /// Makes an image.
  public init(
    id: ImageID, name: String, format: ImageFormat, virtualSize: Memory, fileSize: Memory, sha256: String,
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

public import Fleet

/// Where the bytes of library images come from.
public protocol ImageSource: Sendable {
  /// Reads an image from an offset to its end, piece by piece, in order.
  func read(
    _ id: ImageID, from offset: Int64,
    into sink: @escaping @Sendable (_ offset: Int64, _ bytes: [UInt8]) async throws -> Void
  ) async throws
}

import Fleet
import Foundation
import PKI
import RoostProto

/// The files of the image library.
struct ImageLibrary: Sendable {
  /// How many bytes go into one chunk on the wire.
  static let chunkSize = 256 * 1024
  /// The largest file that is taken, 4 TiB.
  static let largestFile: Int64 = 4 << 40

  let directory: String
  let inspector = ImageInspector()

  /// The file of an image.
  func path(_ id: ImageID) -> String { "\(directory)/\(id)" }

  /// Removes drafts that an earlier office left behind.
  func sweep() {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] where name.hasSuffix(".draft") {
      try? files.removeItem(atPath: "\(directory)/\(name)")
    }
  }

  /// Takes an image's bytes, inspects the file and puts it into its place.
  /// - Throws: ``FleetError`` with code `invalid` for a short, long, altered or refused file; nothing is left then.
  func take<Chunks: AsyncSequence>(
    _ begin: Roost_V1_ImportImageBegin, id: ImageID, at now: Timestamp, chunks: Chunks
  ) async throws -> (image: Image, notes: [String]) where Chunks.Element == [UInt8] {
    let expected = Int64(clamping: begin.fileBytes)
    guard expected > 0, expected <= Self.largestFile else {
      throw FleetError(.invalid, "an image file has 1 byte to 4TiB, not \(begin.fileBytes) bytes")
    }
    let draft = path(id) + ".draft"
    do {
      let digest = try await write(chunks, to: draft, expected: expected)
      guard begin.sha256.isEmpty || begin.sha256 == digest else {
        throw FleetError(
          .invalid, "the image arrives with the SHA-256 \(digest); its sender read \(begin.sha256.printable)",
          retryable: true)
      }
      let finding = try await inspector.inspect(draft)
      let notes = try Self.notes(on: finding, begin)
      return (try settle(draft, finding, id: id, name: begin.name, digest: digest, at: now), notes)
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Makes a blank image.
  func create(_ id: ImageID, name: String, format: ImageFormat, size: Memory, at now: Timestamp) async throws -> Image {
    guard size >= .mebibytes(1), size <= .gibibytes(1 << 20) else {
      throw FleetError(.invalid, "an image has 1MiB to 1PiB, not \(size)")
    }
    guard format != .iso else { throw FleetError(.invalid, "a blank ISO is of no use; make qcow2 or raw") }
    let draft = path(id) + ".draft"
    do {
      try await inspector.create(draft, format: format, size: size)
      let finding = try await inspector.inspect(draft)
      return try settle(draft, finding, id: id, name: name, digest: Self.digest(of: draft), at: now)
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Removes an image's file; a missing one is no error.
  func remove(_ id: ImageID) {
    try? FileManager.default.removeItem(atPath: path(id))
  }

  /// What to say of a file that is taken.
  /// - Throws: ``FleetError`` with code `invalid` for a file that is called an ISO and is not one, unless the person
  ///   insists on raw.
  private static func notes(
    on finding: ImageInspector.Finding, _ begin: Roost_V1_ImportImageBegin
  ) throws(FleetError) -> [String] {
    guard begin.format.isEmpty || begin.format == "raw" else {
      throw FleetError(.invalid, "\"\(begin.format.printable)\" is not a format to insist on", hint: "raw is one")
    }
    guard begin.format.isEmpty, finding.format == .raw else { return [] }
    let isCalledISO = begin.fileName.lowercased().hasSuffix(".iso")
    guard !isCalledISO else {
      throw FleetError(
        .invalid, "\"\(begin.fileName.printable)\" is not an ISO: it has no volume descriptor",
        hint: "is it whole? to take it as a raw disk all the same: --format raw")
    }
    guard !finding.looksLikeDisk else { return [] }
    return ["it looks like no disk: it has neither a partition table nor a file system that is known"]
  }

  private func settle(
    _ draft: String, _ finding: ImageInspector.Finding, id: ImageID, name: String, digest: String, at now: Timestamp
  ) throws -> Image {
    let attributes = try FileManager.default.attributesOfItem(atPath: draft)
    let size = (attributes[.size] as? NSNumber)?.int64Value ?? 0
    guard rename(draft, path(id)) == 0 else { throw FleetError(.internal, "the image can't be put into the library") }
    return Image(
      id: id, name: name, format: finding.format, virtualSize: finding.virtualSize, fileSize: Memory(bytes: size),
      sha256: digest, createdAt: now)
  }

  private func write<Chunks: AsyncSequence>(
    _ chunks: Chunks, to draft: String, expected: Int64
  ) async throws -> String where Chunks.Element == [UInt8] {
    guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
      let file = FileHandle(forWritingAtPath: draft)
    else { throw FleetError(.internal, "the image library can't be written") }
    defer { try? file.close() }
    let hash = try SHA256()
    var received: Int64 = 0
    for try await chunk in chunks {
      received += Int64(chunk.count)
      guard received <= expected else {
        throw FleetError(.invalid, "more bytes arrive than the \(expected) announced")
      }
      try hash.update(chunk)
      try file.write(contentsOf: chunk)
    }
    guard received == expected else {
      throw FleetError(.invalid, "\(received) of \(expected) bytes arrive", retryable: true)
    }
    try file.synchronize()
    return try hash.digest().hex
  }

  private static func digest(of path: String) throws -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { throw FleetError(.internal, "the image can't be read") }
    defer { try? file.close() }
    let hash = try SHA256()
    while let chunk = try file.read(upToCount: chunkSize), !chunk.isEmpty { try hash.update(chunk) }
    return try hash.digest().hex
  }
}

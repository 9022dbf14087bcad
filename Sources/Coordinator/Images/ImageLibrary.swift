import Fleet
import Foundation
import PKI
import Platform
import RoostProto

/// The files of the image library.
struct ImageLibrary: Sendable {
  /// The size of a chunk on the wire.
  static let chunkSize = 256 * 1024
  /// The largest file that is accepted, 4 TiB.
  static let largestFile: Int64 = 4 << 40

  /// How many bytes are written before a sync: one large sync would block the disk for long.
  static let syncedPiece: Int64 = 64 << 20

  let directory: String
  let inspector = ImageInspector()
  private let space: ImageSpace

  init(directory: String) {
    self.directory = directory
    space = ImageSpace(directory: directory)
  }

  /// The file of an image.
  func path(_ id: ImageID) -> String { "\(directory)/\(id)" }

  /// Removes drafts of an earlier run.
  func sweep() {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] where name.hasSuffix(".draft") {
      try? files.removeItem(atPath: "\(directory)/\(name)")
    }
  }

  /// The least age of an orphaned file, in seconds: a new file gets its row a moment after its name.
  static let orphanSeconds: Double = 3600

  /// Removes files without a row, which a coordinator that was killed in between has left.
  ///
  /// Files older than the last restore stay, because a newer backup may have their rows.
  /// - Parameter images: all images with a row.
  /// - Returns: how many were removed, and one sentence for each that can't be.
  func sweepOrphans(
    keeping images: Set<ImageID>, restoredAt: Timestamp?, now: Timestamp
  ) async throws -> (removed: Int, failures: [String]) {
    let directory = directory
    return try await OpenFile.run {
      var (count, failures) = (0, [String]())
      for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
        guard let id = ImageID(name), id.description == name, !images.contains(id) else { continue }
        let path = "\(directory)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
        let written = Timestamp(seconds: Int64(clamping: status.st_mtim.tv_sec))
        guard now.seconds(since: written) > Self.orphanSeconds, written > restoredAt ?? Timestamp(seconds: 0) else {
          continue
        }
        guard unlink(path) == 0 else {
          failures.append("\(path) can't be removed: \(String(cString: strerror(errno)))")
          continue
        }
        // BOUNDED: files of one directory.
        count += 1
      }
      return (count, failures)
    }
  }

  /// Receives an image, inspects the file and puts it in its place.
  /// - Throws: ``FleetError`` with code `invalid` for a short, long, altered or refused file; then nothing is left.
  func take<Chunks: AsyncSequence>(
    _ begin: Roost_V1_ImportImageBegin, id: ImageID, at now: Timestamp, chunks: Chunks
  ) async throws -> (image: Image, notes: [String]) where Chunks.Element == [UInt8] {
    let expected = Int64(clamping: begin.fileBytes)
    guard expected > 0, expected <= Self.largestFile else {
      throw FleetError(.invalid, "an image file has 1 byte to 4TiB, not \(begin.fileBytes) bytes")
    }
    let draft = path(id) + ".draft"
    do {
      return try await space.with(expected) {
        let digest = try await write(chunks, to: draft, expected: expected)
        guard begin.sha256.isEmpty || begin.sha256 == digest else {
          throw FleetError(
            .invalid, "the image arrives with the SHA-256 \(digest); its sender read \(begin.sha256.printable)",
            retryable: true)
        }
        let finding = try await inspector.inspect(draft)
        let notes = try Self.notes(on: finding, begin)
        return (try await settle(draft, finding, id: id, name: begin.name, digest: digest, at: now), notes)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Makes a blank image.
  func create(_ id: ImageID, name: String, format: ImageFormat, size: ByteCount, at now: Timestamp) async throws
    -> Image
  {
    guard size >= .mebibytes(1), size <= .gibibytes(1 << 20) else {
      throw FleetError(.invalid, "an image has 1MiB to 1PiB, not \(size)")
    }
    guard format != .iso else { throw FleetError(.invalid, "a blank ISO is of no use; make qcow2 or raw") }
    let draft = path(id) + ".draft"
    do {
      // A blank file takes room only for its tables, which are far below a thousandth of its size.
      return try await space.with(format == .raw ? 0 : size.bytes >> 10) {
        try await inspector.create(draft, format: format, size: size)
        let finding = try await inspector.inspect(draft)
        // A raw blank file holds only zeros, so its hash need not be computed.
        let digest = format == .raw ? Image.blankHash : try await OpenFile.run { try Self.digest(of: draft) }
        return try await settle(draft, finding, id: id, name: name, digest: digest, at: now)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Removes an image's file; does nothing if it is missing.
  func remove(_ id: ImageID) {
    try? FileManager.default.removeItem(atPath: path(id))
  }

  /// Notes about an accepted file.
  /// - Throws: ``FleetError`` with code `invalid` for a file that is declared an ISO and is not one, unless the user
  ///   declares it raw.
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
  ) async throws -> Image {
    let final = path(id)
    let size = try await OpenFile.run {
      let size = try OpenFile.reading(draft).size()
      // A row without its file must not survive a crash.
      try AtomicFile.rename(draft, to: final)
      return size
    }
    return Image(
      id: id, name: name, format: finding.format, virtualSize: finding.virtualSize, fileSize: ByteCount(bytes: size),
      sha256: digest, createdAt: now)
  }

  private func write<Chunks: AsyncSequence>(
    _ chunks: Chunks, to draft: String, expected: Int64
  ) async throws -> String where Chunks.Element == [UInt8] {
    let file = try await OpenFile.run { try OpenFile.making(draft) }
    let hash = try SHA256()
    var (received, synced): (Int64, Int64) = (0, 0)
    for try await chunk in chunks {
      let place = received
      // BOUNDED: the length of a chunk.
      let (sum, overflow) = received.addingReportingOverflow(Int64(chunk.count))
      guard !overflow, sum <= expected else {
        throw FleetError(.invalid, "more bytes arrive than the \(expected) announced")
      }
      received = sum
      try hash.update(chunk)
      // BOUNDED: both are below what was announced, and one is behind the other.
      let isDue = received - synced >= Self.syncedPiece
      if isDue { synced = received }
      try await OpenFile.run {
        try file.write(chunk, at: place)
        if isDue { try file.sync() }
      }
    }
    guard received == expected else {
      throw FleetError(.invalid, "\(received) of \(expected) bytes arrive", retryable: true)
    }
    try await OpenFile.run { try file.sync() }
    return try hash.digest().hex
  }

  /// Opens an image's file.
  func open(_ id: ImageID) async throws -> OpenFile {
    let path = path(id)
    do {
      return try await OpenFile.run { try OpenFile.reading(path) }
    } catch let error as FleetError where error.code == .notFound {
      throw FleetError(.notFound, "the image \(id) is not in the library")
    }
  }

  private static func digest(of path: String) throws -> String {
    let file = try OpenFile.reading(path)
    let hash = try SHA256()
    var offset: Int64 = 0
    while true {
      let chunk = try file.read(chunkSize, at: offset)
      guard !chunk.isEmpty else { return try hash.digest().hex }
      try hash.update(chunk)
      // BOUNDED: what was read of a file, at a place in it.
      offset += Int64(chunk.count)
    }
  }
}

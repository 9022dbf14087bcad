internal import Fleet
internal import Foundation
internal import Libvirt
internal import PKI

/// Library images on this host: fetched once, checked, and then only read.
actor ImageCache {
  private let directory: String
  private let source: any ImageSource
  private let qemuImg: QemuImg
  private var fetches: [ImageID: Task<String, any Error>] = [:]

  /// Keeps images in the directory `roost-images` of the image directory.
  init(imageDirectory: String, source: any ImageSource, qemuImg: QemuImg) {
    directory = imageDirectory + "/roost-images"
    self.source = source
    self.qemuImg = qemuImg
  }

  /// The path of an image, after fetching and checking it if need be.
  ///
  /// Several callers share one fetch. A broken fetch goes on where it ended.
  func path(
    of image: Image, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> String {
    if let fetch = fetches[image.id] { return try await fetch.value }
    let final = "\(directory)/\(image.id).\(image.format.rawValue)"
    let fetch = Task { try await self.fetch(image, to: final, progress: progress) }
    fetches[image.id] = fetch
    defer { fetches[image.id] = nil }
    return try await fetch.value
  }

  private func fetch(
    _ image: Image, to final: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> String {
    // A thread of its own: a share whose server is gone may hold it for ever, and then it holds this fetch alone.
    let thread = try CallPool(name: "image-file", threads: 1)
    let (directory, draft) = (directory, "\(directory)/\(image.id).part")
    let writer = try await thread.run("open an image") { () -> DraftWriter? in
      if Self.size(of: final) == image.fileSize.bytes { return nil }
      try HostFile.makeDirectory(directory, mode: 0o755)
      return try DraftWriter(draft, expected: image.fileSize.bytes)
    }
    guard let writer else { return final }
    let gate = PercentGate()
    if writer.offset < image.fileSize.bytes {
      try await source.read(image.id, from: writer.offset) { offset, bytes in
        try await thread.run("write an image") { try writer.append(bytes, at: offset) }
        let fraction = Double(offset) / Double(max(1, image.fileSize.bytes))
        if gate.passes(fraction) { progress(fraction) }
      }
    }
    do {
      try await thread.run("sync an image") { try writer.finish(sha256: image.sha256) }
      try await inspect(draft, as: image)
    } catch {
      try? await thread.run("remove an image") { try HostFile.remove(draft) }
      throw error
    }
    try await thread.run("rename an image") {
      chmod(draft, 0o444)
      guard rename(draft, final) == 0 else { throw HostFile.failure("cannot be renamed", draft, errno) }
      HostFile.syncDirectory(of: final)
    }
    return final
  }

  /// Refuses an image that is not what the library says, or that would read another file.
  private func inspect(_ path: String, as image: Image) async throws {
    let found = try await qemuImg.inspect(path, format: image.format.driver)
    guard found.backingFile == nil, found.dataFile == nil else {
      throw FleetError(.invalid, "image \"\(image.name)\" refers to another file, which is refused")
    }
    guard found.virtualSize == image.virtualSize.bytes else {
      throw FleetError(
        .invalid, "image \"\(image.name)\" has the size \(Memory(bytes: found.virtualSize)), not \(image.virtualSize)")
    }
  }

  private static func size(of path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }
}

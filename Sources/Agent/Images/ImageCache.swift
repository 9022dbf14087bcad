internal import Dispatch
internal import Fleet
internal import Foundation
internal import Libvirt
internal import PKI
internal import Platform

/// Library images on this host: fetched once, checked, and then only read.
actor ImageCache {
  /// Where the images lie.
  nonisolated let directory: String
  private let source: any ImageSource
  private let qemuImg: QemuImg
  private let hypervisor: any Hypervisor
  private var fetches: [ImageID: Task<Version, any Error>] = [:]
  /// The files that were verified since this agent started; a file that was written to since then has another version.
  private var verified: [ImageID: Version] = [:]

  /// The version of a file; it changes when the file is written to.
  private struct Version: Hashable, Sendable {
    let identity: String?
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    /// Nil if there is no such file. Blocks.
    init?(of path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      identity = FileIdentity.of(status)
      size = Int64(clamping: status.st_size)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// Keeps images in the directory `roost-images` of the image directory.
  /// - Parameter hypervisor: tells which domains of this host need a file that is to be replaced.
  init(imageDirectory: String, source: any ImageSource, qemuImg: QemuImg, hypervisor: any Hypervisor) {
    self.hypervisor = hypervisor
    directory = imageDirectory + "/roost-images"
    self.source = source
    self.qemuImg = qemuImg
  }

  /// The path of an image once it is fetched.
  nonisolated func file(of image: Image) -> String { "\(directory)/\(image.id).\(image.format.rawValue)" }

  /// The path of an image, after fetching and verifying it if necessary.
  ///
  /// Several callers share one fetch. An interrupted fetch continues where it ended.
  func path(
    of image: Image, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> String {
    let final = file(of: image)
    if let fetch = fetches[image.id] {
      _ = try await fetch.value
      return final
    }
    let known = verified[image.id]
    let fetch = Task { try await self.fetch(image, to: final, known: known, progress: progress) }
    fetches[image.id] = fetch
    defer { fetches[image.id] = nil }
    verified[image.id] = try await fetch.value
    return final
  }

  /// - Parameter known: the version that was verified already.
  /// - Returns: the version that is verified now.
  private func fetch(
    _ image: Image, to final: String, known: Version?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> Version {
    // A thread of its own: a share whose server is gone then blocks only this fetch.
    let thread = try CallPool(name: "image-file", threads: 1)
    let (directory, draft) = (directory, "\(directory)/\(image.id).part")
    let present = try await thread.run("look at an image") { Version(of: final) }
    if let present, present.size == image.fileSize.bytes {
      if present != known { try await Self.verify(final, image) }
      return present
    }
    if present != nil { try await checkUnused(final, image) }
    try await thread.run("make the image directory") { try HostFile.makeDirectory(directory, mode: 0o755) }
    if image.isBlank { return try await thread.run("make a blank image") { try Self.makeBlank(image, draft, final) } }
    let writer = try await thread.run("open an image") { try ImageDownload(draft, expected: image.fileSize.bytes) }
    let gate = ProgressThrottle()
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
    return try await thread.run("rename an image") {
      chmod(draft, 0o444)
      let made = Version(of: draft)
      guard let made else { throw HostFile.failure("cannot be looked at", draft, errno) }
      try AtomicFile.rename(draft, to: final)
      return made
    }
  }

  /// Makes a file of zeros without transferring or writing them. Leaves nothing after a failure. Blocks.
  private static func makeBlank(_ image: Image, _ draft: String, _ final: String) throws -> Version {
    let file = try AtomicFile(final, mode: 0o444, draft: draft)
    try file.extend(to: image.fileSize.bytes)
    try file.finish()
    guard let made = Version(of: final) else { throw HostFile.failure("cannot be looked at", final, errno) }
    return made
  }

  /// Refuses to put the library's file in the place of one of another length that something here stands on: a guest
  /// that runs would lose it, and one that is off would find other bytes beneath its own.
  private func checkUnused(_ path: String, _ image: Image) async throws {
    // A domain that can't be read may need anything.
    let domain = try await hypervisor.domains().first { $0.unread != nil || $0.needs(path) }
    let process = try await HostFile.apart {
      DiskRecords.identity(of: path).flatMap { file in
        OpenFiles.users(of: file).first.map { "\($0.command.printable) (pid \($0.pid)) has it open" }
          ?? OpenFiles.loopDevices(of: file).first.map { "it is the loop device \($0)" }
      }
    }
    guard let use = domain.map({ "the domain \"\($0.name.printable)\" needs it" }) ?? process else { return }
    throw FleetError(
      .precondition,
      "the file \(path) of image \"\(image.name)\" was changed on this host, and \(use): it is not fetched anew",
      hint: "give that domain a disk of its own, with the file beneath it: qemu-img convert; then move the file away")
  }

  /// Compares a file that was fetched long ago with what the library says: a guest is made of it.
  private static func verify(_ path: String, _ image: Image) async throws {
    guard !image.isBlank else { return }
    let found = try await hash(of: path)
    guard found == image.sha256.lowercased() else {
      throw FleetError(
        .precondition, "the file \(path) of image \"\(image.name)\" was changed on this host; its SHA-256 is \(found)",
        hint: "move it away if no VM uses it, and it is fetched again")
    }
  }

  /// Hashes a file on a thread that may block.
  private static func hash(of path: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(
          with: Result {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw HostFile.failure("cannot be read", path, errno) }
            defer { close(descriptor) }
            let hasher = try SHA256()
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
              let count = read(descriptor, &buffer, buffer.count)
              guard count >= 0 else { throw HostFile.failure("cannot be read", path, errno) }
              if count == 0 { return try hasher.digest().hex }
              try hasher.update(buffer.prefix(count))
            }
          })
      }
    }
  }

  /// Refuses an image that differs from the library's record, or that refers to another file.
  private func inspect(_ path: String, as image: Image) async throws {
    let found = try await qemuImg.inspect(path, format: image.format.driver)
    guard found.backingFile == nil, found.dataFile == nil else {
      throw FleetError(.invalid, "image \"\(image.name)\" refers to another file, which is refused")
    }
    guard found.virtualSize == image.virtualSize.bytes else {
      throw FleetError(
        .invalid,
        "image \"\(image.name)\" has the size \(ByteCount(bytes: found.virtualSize)), not \(image.virtualSize)")
    }
  }
}

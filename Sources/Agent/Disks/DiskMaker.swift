internal import Fleet
internal import Foundation
internal import Platform

/// Makes the disks of a VM, and records which files it made.
///
/// A file appears under its final name complete or not at all, never replaces another, and only below a directory that
/// the host lends to the fleet. That directory is held open while the file is made, so renaming it has no effect.
struct DiskMaker: Sendable {
  let imageDirectory: String
  let cache: ImageCache
  let qemuImg: QemuImg
  let records: DiskRecords

  /// The result that ``prepare(_:within:progress:)`` would have; makes nothing.
  func plan(_ provision: ProvisionRequest) throws -> [PreparedDisk] {
    try provision.spec.disks.map { disk in
      let path = disk.path ?? ownPath(of: disk, provision)
      switch disk.source {
      case .blank, .copy, .existing: return PreparedDisk(spec: disk, path: path, format: disk.format.driver)
      case .overlay: return PreparedDisk(spec: disk, path: path, format: "qcow2")
      case .medium(let reference):
        let image = try Self.image(reference, of: provision)
        return PreparedDisk(spec: disk, path: cache.file(of: image), format: image.format.driver)
      case .none, .document: return PreparedDisk(spec: disk, path: nil, format: "raw")
      }
    }
  }

  /// Makes or finds the file of every disk, in the spec's order.
  func prepare(
    _ provision: ProvisionRequest, within trust: HostTrust, progress: @escaping @Sendable (String, Double?) -> Void
  ) async throws -> [PreparedDisk] {
    var prepared: [PreparedDisk] = []
    for disk in provision.spec.disks {
      var cached: (path: String, image: Image)?
      if let reference = disk.image {
        let image = try Self.image(reference, of: provision)
        let step = "fetch image \(image.name)"
        progress(step, 0)
        cached = (try await cache.path(of: image) { progress(step, $0) }, image)
      }
      if disk.isMadeByRoost { progress("make disk \(disk.target)", nil) }
      prepared.append(try await prepare(disk, of: provision, within: trust, cached))
    }
    return prepared
  }

  private func prepare(
    _ disk: DiskSpec, of provision: ProvisionRequest, within trust: HostTrust, _ cached: (path: String, image: Image)?
  ) async throws -> PreparedDisk {
    let target = disk.path ?? ownPath(of: disk, provision)
    switch (disk.source, cached) {
    case (.blank, _):
      try await make(target, for: provision.vmID, within: trust) { draft in
        try await qemuImg.create(draft, format: disk.format.driver, size: disk.size)
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.overlay, let (source, image)?):
      let size = try Self.size(of: disk, over: image)
      try await make(target, for: provision.vmID, within: trust) { draft in
        try await qemuImg.create(draft, over: source, format: image.format.driver, size: size)
      }
      return PreparedDisk(spec: disk, path: target, format: "qcow2")
    case (.copy, let (source, image)?):
      let size = try Self.size(of: disk, over: image)
      try await make(target, for: provision.vmID, within: trust) { draft in
        try await qemuImg.convert(source, format: image.format.driver, to: draft, format: disk.format.driver)
        if size > image.virtualSize { try await qemuImg.resize(draft, format: disk.format.driver, to: size) }
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.medium, let (source, image)?):
      return PreparedDisk(spec: disk, path: source, format: image.format.driver)
    case (.existing, _):
      guard try await HostFile.apart({ HostFile.exists(target) }) else {
        throw FleetError(
          .precondition, "disk \"\(disk.target)\" names the file \(target), which is not on this host",
          hint: "copy it there, or let Roost make it: --create-disks SIZE")
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.none, _), (.document, _): return PreparedDisk(spec: disk, path: nil, format: "raw")
    case (.overlay, nil), (.copy, nil), (.medium, nil):
      throw FleetError(.internal, "disk \"\(disk.target)\" has no image")
    }
  }

  /// Finds the existing file of every disk, in the spec's order; makes nothing.
  /// - Throws: ``FleetError`` with code `precondition` that names a missing file, `conflict` for a file that is another
  ///   file's backing file: writing to it would corrupt both.
  func find(
    _ provision: ProvisionRequest, progress: @escaping @Sendable (String, Double?) -> Void
  ) async throws -> [PreparedDisk] {
    var found: [PreparedDisk] = []
    for disk in provision.spec.disks {
      switch disk.source {
      case .none, .document: found.append(PreparedDisk(spec: disk, path: nil, format: "raw"))
      case .medium:
        guard let reference = disk.image else {
          throw FleetError(.internal, "disk \"\(disk.target)\" has no image")
        }
        let image = try Self.image(reference, of: provision)
        let path = try await cache.path(of: image) { progress("fetch image \(image.name)", $0) }
        found.append(PreparedDisk(spec: disk, path: path, format: image.format.driver))
      case .blank, .overlay, .copy, .existing:
        let path = disk.path ?? ownPath(of: disk, provision)
        guard try await HostFile.apart({ HostFile.exists(path) }) else {
          throw FleetError(
            .precondition, "disk \"\(disk.target)\" was the file \(path), which is not on this host any more",
            hint: "restore it, or remove the VM's record: roost forget \(provision.spec.name.shellQuoted)")
        }
        if let above = try await HostFile.apart({ OverlayFile.above(path) }) {
          throw FleetError(
            .conflict, "disk \"\(disk.target)\" has a snapshot: \(above.printable) lies over \(path)",
            hint: "what was written last is there; bring both together first: qemu-img commit \(above.shellQuoted)")
        }
        let isOverlay = if case .overlay = disk.source { true } else { false }
        found.append(PreparedDisk(spec: disk, path: path, format: isOverlay ? "qcow2" : disk.format.driver))
      }
    }
    return found
  }

  /// Makes a file through a draft beside it, unless it is already there and ours. Removes an unfinished draft.
  private func make(
    _ path: String, for vm: VMID, within trust: HostTrust, _ write: (String) async throws -> Void
  ) async throws {
    guard let place = try await HostFile.apart({ try begin(path, for: vm, within: trust) }) else { return }
    do {
      try await write("\(place.directory.path)/\(place.draft)")
      try await HostFile.apart { try finish(place, path, for: vm) }
    } catch {
      try await HostFile.apart { _ = unlinkat(place.directory.descriptor, place.draft, 0) }
      throw error
    }
  }

  /// Where a file is made: its directory, held open, and its names in it.
  private struct Place: Sendable {
    let directory: OpenedFile
    let name: String
    let draft: String
  }

  /// Opens the place for a file and removes the draft of an earlier try; nil if the file is already there and ours.
  /// Blocks.
  private func begin(_ path: String, for vm: VMID, within trust: HostTrust) throws -> Place? {
    if HostFile.exists(path) {
      guard try records.isOurs(path, of: vm) else { throw Self.occupied(path) }
      return nil
    }
    let directory = try openDirectory(of: path, within: trust)
    guard let name = HostPath.parts(of: path)?.last.map(String.init) else {
      throw FleetError(.invalid, "\"\(path.printable)\" is not a path for a disk")
    }
    let draft = name + Self.draftEnding(of: vm)
    guard unlinkat(directory.descriptor, draft, 0) == 0 || errno == ENOENT else {
      throw HostFile.failure("cannot be removed", path + Self.draftEnding(of: vm), errno)
    }
    return Place(directory: directory, name: name, draft: draft)
  }

  /// Records a finished draft and gives it its final name. Blocks.
  private func finish(_ place: Place, _ path: String, for vm: VMID) throws {
    let directory = place.directory.descriptor
    var status = stat()
    guard fstatat(directory, place.draft, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG
    else { throw FleetError(.internal, "qemu-img made no file \(path)\(Self.draftEnding(of: vm))") }
    try records.add(
      DiskRecords.Record(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino)), to: vm)
    guard linkat(directory, place.draft, directory, place.name, 0) == 0 else {
      let number = errno
      try records.remove(path, of: vm)
      throw number == EEXIST ? Self.occupied(path) : HostFile.failure("cannot be made", path, number)
    }
    unlinkat(directory, place.draft, 0)
    try AtomicFile.syncDirectory(of: place.directory.path + "/" + place.name)
  }

  /// Removes the drafts that a killed agent left of a VM's disks: in the directory where Roost makes disks by default
  /// and where it made this VM's.
  func removeDrafts(of vm: VMID) async throws {
    let directories = Set([imageDirectory] + (try records.records(of: vm).map { HostFile.parent(of: $0.path) }))
    try await HostFile.apart {
      for directory in directories {
        for name in HostFile.names(in: directory) where name.hasSuffix(Self.draftEnding(of: vm)) {
          try HostFile.remove("\(directory)/\(name)")
        }
      }
    }
  }

  private static func draftEnding(of vm: VMID) -> String { ".\(vm).draft" }

  /// Opens the directory that a disk is made in.
  private func openDirectory(of path: String, within trust: HostTrust) throws -> OpenedFile {
    let parent = HostFile.parent(of: path)
    if parent == imageDirectory { try HostFile.makeDirectory(parent) }
    do {
      // A disk can't be a root itself, but its directory can.
      let directory = try RootedPath(roots: trust.diskRoots, state: records.directory).open(parent)
      guard directory.isDirectory else { throw RootedPath.Failure.missing }
      return directory
    } catch RootedPath.Failure.missing {
      throw FleetError(
        .precondition, "there is no directory \(parent) on host \"\(HostName.current)\"",
        hint: "make it on the host: mkdir -p \(parent.shellQuoted)")
    } catch let failure as RootedPath.Failure {
      throw FleetError(failure, path, trust)
    }
  }

  private func ownPath(of disk: DiskSpec, _ provision: ProvisionRequest) -> String {
    disk.ownFile(of: provision.vmID, named: provision.spec.name, in: imageDirectory)
  }

  private static func image(_ reference: ImageRef, of provision: ProvisionRequest) throws -> Image {
    let found = provision.images.first { image in
      reference.id.map { $0 == image.id } ?? (reference.name == image.name)
    }
    guard let found else {
      throw FleetError(.notFound, "the image \"\(reference.name.printable)\" is not in the library")
    }
    return found
  }

  private static func size(of disk: DiskSpec, over image: Image) throws -> ByteCount {
    if disk.size == .zero { return image.virtualSize }
    guard disk.size >= image.virtualSize else {
      throw FleetError(
        .invalid,
        "disk \"\(disk.target)\" has \(disk.size), less than the \(image.virtualSize) of image \"\(image.name)\"")
    }
    return disk.size
  }

  private static func occupied(_ path: String) -> FleetError {
    FleetError(
      .conflict, "there is a file \(path) on the host already, and it was not made for this VM",
      hint: "use it without --create-disks, or move it away")
  }
}

internal import Fleet
internal import Foundation

/// Makes the disks of a VM, and deletes those that it made.
///
/// A file appears under its final name whole or not at all, and never in place of another.
struct DiskMaker: Sendable {
  let imageDirectory: String
  let cache: ImageCache
  let qemuImg: QemuImg
  let records: DiskRecords

  /// Makes or finds the file of every disk, in the spec's order.
  func prepare(
    _ provision: Provision, progress: @escaping @Sendable (String, Double?) -> Void
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
      prepared.append(try await prepare(disk, of: provision, cached))
    }
    return prepared
  }

  private func prepare(
    _ disk: DiskSpec, of provision: Provision, _ cached: (path: String, image: Image)?
  ) async throws -> PreparedDisk {
    let target = disk.path ?? ownPath(of: disk, provision)
    switch (disk.source, cached) {
    case (.blank, _):
      try await make(target, for: provision.vmID) { draft in
        try await qemuImg.create(draft, format: disk.format.driver, size: disk.size)
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.overlay, let (source, image)?):
      let size = try Self.size(of: disk, over: image)
      try await make(target, for: provision.vmID) { draft in
        try await qemuImg.create(draft, over: source, format: image.format.driver, size: size)
      }
      return PreparedDisk(spec: disk, path: target, format: "qcow2")
    case (.copy, let (source, image)?):
      let size = try Self.size(of: disk, over: image)
      try await make(target, for: provision.vmID) { draft in
        try await qemuImg.convert(source, format: image.format.driver, to: draft, format: disk.format.driver)
        if size > image.virtualSize { try await qemuImg.resize(draft, format: disk.format.driver, to: size) }
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.medium, let (source, image)?):
      return PreparedDisk(spec: disk, path: source, format: image.format.driver)
    case (.existing, _):
      guard HostFile.exists(target) else {
        throw FleetError(
          .precondition, "disk \"\(disk.target)\" names the file \(target), which is not on this host",
          hint: "copy it there, or let Roost make it: --create-disks SIZE")
      }
      return PreparedDisk(spec: disk, path: target, format: disk.format.driver)
    case (.none, _): return PreparedDisk(spec: disk, path: nil, format: "raw")
    case (.overlay, nil), (.copy, nil), (.medium, nil):
      throw FleetError(.internal, "disk \"\(disk.target)\" has no image")
    }
  }

  /// Finds the file of every disk where it was made, in the spec's order; nothing is made.
  /// - Throws: ``FleetError`` with code `precondition` that names a file which is gone.
  func find(
    _ provision: Provision, progress: @escaping @Sendable (String, Double?) -> Void
  ) async throws -> [PreparedDisk] {
    var found: [PreparedDisk] = []
    for disk in provision.spec.disks {
      switch disk.source {
      case .none: found.append(PreparedDisk(spec: disk, path: nil, format: "raw"))
      case .medium:
        guard let reference = disk.image else {
          throw FleetError(.internal, "disk \"\(disk.target)\" has no image")
        }
        let image = try Self.image(reference, of: provision)
        let path = try await cache.path(of: image) { progress("fetch image \(image.name)", $0) }
        found.append(PreparedDisk(spec: disk, path: path, format: image.format.driver))
      case .blank, .overlay, .copy, .existing:
        let path = disk.path ?? ownPath(of: disk, provision)
        guard HostFile.exists(path) else {
          throw FleetError(
            .precondition, "disk \"\(disk.target)\" was the file \(path), which is not on this host any more",
            hint: "bring it back, or take the VM off the books: roost forget \(provision.spec.name)")
        }
        let isOverlay = if case .overlay = disk.source { true } else { false }
        found.append(PreparedDisk(spec: disk, path: path, format: isOverlay ? "qcow2" : disk.format.driver))
      }
    }
    return found
  }

  /// Deletes the files that were made for a VM.
  /// - Returns: the paths left alone because another file stands there now.
  func deleteDisks(of vm: VMID) throws -> [String] {
    var leftAlone: [String] = []
    for record in try records.records(of: vm) {
      guard let found = DiskRecords.record(of: record.path) else { continue }
      if found == record { try HostFile.remove(record.path) } else { leftAlone.append(record.path) }
    }
    try records.forget(vm)
    return leftAlone
  }

  /// Makes a file through a draft beside it, unless it is there already and ours.
  private func make(_ path: String, for vm: VMID, _ write: (String) async throws -> Void) async throws {
    if HostFile.exists(path) {
      guard try records.isOurs(path, of: vm) else { throw Self.occupied(path) }
      return
    }
    try makeDirectory(of: path)
    let draft = "\(path).\(vm).draft"
    try HostFile.remove(draft)
    defer { try? HostFile.remove(draft) }
    try await write(draft)
    guard let made = DiskRecords.record(of: draft) else {
      throw FleetError(.internal, "qemu-img made no file \(draft)")
    }
    try records.add(DiskRecords.Record(path: path, device: made.device, inode: made.inode), to: vm)
    guard link(draft, path) == 0 else {
      let number = errno
      try records.remove(path, of: vm)
      throw number == EEXIST ? Self.occupied(path) : HostFile.failure("cannot be made", path, number)
    }
    HostFile.syncDirectory(of: path)
  }

  private func makeDirectory(of path: String) throws {
    let parent = HostFile.parent(of: path)
    if parent == imageDirectory { return try HostFile.makeDirectory(parent) }
    guard HostFile.isDirectory(parent) else {
      throw FleetError(
        .precondition, "there is no directory \(parent) on host \"\(HostName.current)\"",
        hint: "make it on the host: mkdir -p \(parent)")
    }
  }

  private func ownPath(of disk: DiskSpec, _ provision: Provision) -> String {
    let tail = provision.vmID.description.prefix(8)
    return "\(imageDirectory)/\(provision.spec.name)-\(disk.target)-\(tail).\(disk.format.driver)"
  }

  private static func image(_ reference: ImageRef, of provision: Provision) throws -> Image {
    let found = provision.images.first { image in
      reference.id.map { $0 == image.id } ?? (reference.name == image.name)
    }
    guard let found else {
      throw FleetError(.notFound, "the image \"\(reference.name.printable)\" is not in the library")
    }
    return found
  }

  private static func size(of disk: DiskSpec, over image: Image) throws -> Memory {
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

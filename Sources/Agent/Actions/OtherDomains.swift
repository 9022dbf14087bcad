internal import Fleet
internal import Foundation

/// Checks whether other domains of a host need a file that is about to be deleted: as a disk (by any path or as a
/// volume) or as a backing file. A domain that can't be read counts as needing it.
struct OtherDomains: Sendable {
  private static let leave = "or leave the disks: roost delete --keep-disks NAME"

  let domains: [ObservedDomain]
  /// The host's pools; volumes of a pool without a directory are not files of the host.
  let pools: [StoragePool]
  /// Which files Roost made for which VM; such a file is no other VM's backing file.
  let records: DiskRecords

  /// Refuses a file that a domain needs, and every file while a domain can't be read; blocks.
  /// - Throws: ``FleetError``: `conflict` for a needed file, `precondition` for a domain that can't be read.
  func check(_ known: [DiskRecords.Record]) throws {
    for domain in domains {
      if let unread = domain.unread {
        throw FleetError(
          .precondition,
          "the domain \"\(domain.name.printable)\" on this host can't be asked whether it names a disk that would go: "
            + unread.reason.printable,
          hint: "see what is wrong with it, on the host: virsh dumpxml \(domain.id); \(Self.leave)", retryable: true)
      }
      for disk in Set(domain.configurations.flatMap(\.disks)) { try check(disk, of: domain, known) }
    }
  }

  private func check(_ disk: ObservedDisk, of domain: ObservedDomain, _ known: [DiskRecords.Record]) throws {
    if let volume = disk.volume, !pools.contains(where: { $0.name == volume.pool && $0.path.isEmpty }) {
      throw FleetError(
        .precondition,
        "the domain \"\(domain.name.printable)\" on this host names the volume \(volume.name.printable) of the pool "
          + "\(volume.pool.printable), and no directory of that pool is known",
        hint: "define the pool, or undefine the domain; \(Self.leave)")
    }
    for path in disk.beneath { try refuse(path, of: domain, known) }
    guard disk.path.hasPrefix("/") else { return }
    try refuse(disk.path, of: domain, known)
    // A raw disk has no backing file, whatever its guest wrote into it; libvirt treats a disk without a format as raw.
    guard disk.format != "raw", !disk.format.isEmpty else { return }
    try follow(disk.path, of: domain, known)
  }

  /// Follows the backing files from header to header.
  private func follow(_ first: String, of domain: ObservedDomain, _ known: [DiskRecords.Record]) throws {
    var path = first
    for _ in 0..<DiskChain.depth {
      guard let header = try header(of: path, in: domain) else { return }
      for text in [header.data, header.backing].compactMap(\.self) where !Self.isRemote(text) {
        guard let next = try? DocumentReview.next(text, beneath: path) else {
          throw Self.unsure(path, domain, "what its header names can't be told: \(text.printable)")
        }
        try refuse(next, of: domain, known)
      }
      guard let backing = header.backing, !Self.isRemote(backing) else { return }
      path = try DocumentReview.next(backing, beneath: path)
    }
    throw Self.unsure(path, domain, "it lies on more than \(DiskChain.depth) files")
  }

  /// The header of a file; nil if it has none.
  private func header(of path: String, in domain: ObservedDomain) throws -> DiskChain.Header? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let number = errno
      if number == ENOENT || number == ENOTDIR { return nil }
      // QEMU's lock protects the files that a running QEMU has open.
      if try domain.state.mayBeActive || records.isOurs(path, of: domain.id) { return nil }
      throw Self.unsure(
        path, domain, String(cString: strerror(number)),
        hint: "on the host: setfacl -m u:roost-agent:r \(path.shellQuoted); ")
    }
    do {
      return try DiskChain.header(of: OpenedFile(owning: descriptor, path: path), named: path)
    } catch let error as FleetError {
      throw Self.unsure(path, domain, error.message)
    }
  }

  /// True for a disk that QEMU reaches over a network, such as `nbd://host/disk`.
  private static func isRemote(_ text: String) -> Bool {
    text.contains("://") && !text.hasPrefix("json:") && !text.hasPrefix("file:")
  }

  private func refuse(_ path: String, of domain: ObservedDomain, _ known: [DiskRecords.Record]) throws {
    let found = DiskRecords.identity(of: path)
    guard let record = known.first(where: { $0.path == path || found == $0.identity }) else { return }
    throw FleetError(
      .conflict,
      "the disk \(record.path.printable) belongs to the domain \"\(domain.name.printable)\" on this host too",
      hint: "leave the disks: roost delete --keep-disks NAME")
  }

  private static func unsure(
    _ path: String, _ domain: ObservedDomain, _ cause: String, hint: String = ""
  ) -> FleetError {
    FleetError(
      .precondition,
      "\(path.printable) of the domain \"\(domain.name.printable)\" may lie on a disk that would go: \(cause)",
      hint: hint.isEmpty ? "look at it, on the host: qemu-img info -U \(path.shellQuoted); \(leave)" : hint + leave)
  }
}

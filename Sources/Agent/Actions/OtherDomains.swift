internal import Fleet
internal import Foundation

/// The other domains of a host, asked whether they need a file that is about to go: as a disk, by whatever path or as
/// a volume, or beneath one. What they can't say counts as yes.
struct OtherDomains: Sendable {
  private static let leave = "or leave the disks: roost delete --keep-disks NAME"

  let domains: [ObservedDomain]
  /// The host's pools: what a pool without a directory holds is no file of the host.
  let pools: [StoragePool]
  /// What Roost made for which VM: that lies on no other VM's disk.
  let records: DiskRecords

  /// Refuses a file that one of them needs, and every file while one can't say what it needs; blocks.
  /// - Throws: ``FleetError``: `conflict` for a file that is needed, `precondition` for a domain that can't say.
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
    // A raw disk lies on nothing, whatever its guest wrote into it; and libvirt takes one without a word as raw.
    guard disk.format != "raw", !disk.format.isEmpty else { return }
    try follow(disk.path, of: domain, known)
  }

  /// Goes from header to header.
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

  /// What the header of a file leads to; nil for nothing.
  private func header(of path: String, in domain: ObservedDomain) throws -> DiskChain.Header? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let number = errno
      if number == ENOENT || number == ENOTDIR { return nil }
      // What a QEMU has open is held by its lock, whatever lies where.
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

  /// True for what QEMU reaches by a network, as `nbd://host/disk`.
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

internal import Fleet
internal import Foundation

/// The other domains of a host, asked whether they need a file that is about to go: as a disk, by whatever path or as
/// a volume, or beneath one.
struct OtherDomains: Sendable {
  /// How many files lie beneath one another at most.
  private static let depth = 32

  private let domains: [ObservedDomain]

  init(_ domains: [ObservedDomain]) { self.domains = domains }

  /// Refuses a file that one of them needs, and every file while one can't say what it needs; blocks.
  /// - Throws: ``FleetError``: `conflict` for a file that is needed, `precondition` for a domain that can't say.
  func check(_ known: [DiskRecords.Record]) throws {
    for domain in domains {
      if let unread = domain.unread {
        throw FleetError(
          .precondition,
          "the domain \"\(domain.name.printable)\" on this host can't be asked whether it names a disk that would go: "
            + unread.reason.printable,
          hint: "see what is wrong with it, on the host: virsh dumpxml \(domain.id); or leave the disks: "
            + "roost delete --keep-disks NAME", retryable: true)
      }
      for disk in Set(domain.configurations.flatMap(\.disks)) { try check(disk, of: domain, known) }
    }
  }

  private func check(_ disk: ObservedDisk, of domain: ObservedDomain, _ known: [DiskRecords.Record]) throws {
    if let volume = disk.volume {
      throw FleetError(
        .precondition,
        "the domain \"\(domain.name.printable)\" on this host names the volume \(volume.name.printable) of the pool "
          + "\(volume.pool.printable), and no directory of that pool is known",
        hint: "define the pool, or undefine the domain; or leave the disks: roost delete --keep-disks NAME")
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
    for _ in 0..<Self.depth {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return }
        // What a QEMU has open is held by its lock, whatever lies where; and what Roost made lies on no VM's disk.
        guard !domain.state.mayBeActive, domain.mark == nil else { return }
        throw FleetError(
          .precondition,
          "the agent can't read \(path.printable) of the domain \"\(domain.name.printable)\", which may lie on a disk "
            + "that would go: " + String(cString: strerror(errno)),
          hint: "on the host: setfacl -m u:roost-agent:r \(path.shellQuoted); or leave the disks: "
            + "roost delete --keep-disks NAME")
      }
      let file = try OpenedFile(owning: descriptor, path: path)
      guard let header = try DiskChain.header(of: file, named: path) else { return }
      if let data = header.data { try refuse(DocumentReview.next(data, beneath: path), of: domain, known) }
      guard let backing = header.backing, let next = try? DocumentReview.next(backing, beneath: path) else { return }
      try refuse(next, of: domain, known)
      path = next
    }
  }

  private func refuse(_ path: String, of domain: ObservedDomain, _ known: [DiskRecords.Record]) throws {
    let found = DiskRecords.identity(of: path)
    guard let record = known.first(where: { $0.path == path || found == $0.identity }) else { return }
    throw FleetError(
      .conflict,
      "the disk \(record.path.printable) belongs to the domain \"\(domain.name.printable)\" on this host too",
      hint: "leave the disks: roost delete --keep-disks NAME")
  }
}

internal import DomainXML
internal import Fleet
internal import Foundation

/// Checks a finished domain document against the host's grants, before libvirt receives it.
///
/// No key of the fleet may gain root on the host, whoever sent the order. Paths are opened and files compared by
/// identity, since text proves little. libvirt opens them again by name; only a user who can write to the host's own
/// directories could change them in between.
struct DocumentReview: Sendable {
  let trust: HostTrust
  let state: StateDirectory
  /// The only program that may run the guest.
  let emulator: String
  let allocations: Allocations
  /// The display that the VM has, or nil.
  let vnc: VNCSpec?
  /// The other domains of the host.
  let others: [ObservedDomain]
  /// What the host ran of this same VM before its adoption; that needs no grant.
  var adopted: Set<MarkRecords.Asked> = []

  /// The document, if the host accepts it.
  /// - Throws: ``FleetError``: `denied` for what the host does not grant, `conflict` for another guest's disk.
  func checked(_ text: String) throws -> String {
    let document: DomainDocument
    do { document = try DomainDocument(parsing: text) } catch { throw FleetError(libvirt: error) }
    try checkAddresses(of: document)
    try checkDisplays(of: document)
    let taken = Self.disks(of: others)
    for privilege in document.privileges { try check(privilege, taken) }
    return text
  }

  /// Refuses interfaces with other addresses than the allocated ones.
  private func checkAddresses(of document: DomainDocument) throws {
    let allocated = Set(allocations.macs.map(\.description))
    for interface in document.interfaces {
      guard let mac = interface.mac else {
        throw FleetError(
          .denied, "interface \(interface.index + 1) of the document has no address of the fleet's ledger")
      }
      guard allocated.contains(mac.description) else {
        throw FleetError(.denied, "the document has the MAC \(mac), which the fleet's ledger did not allot to this VM")
      }
    }
  }

  /// Refuses every listening display except one at the allocated port.
  private func checkDisplays(of document: DomainDocument) throws {
    for display in document.graphics where [.vnc, .spice, GraphicsKind(rawValue: "rdp")].contains(display.kind) {
      if display.isSocket { continue }
      guard display.kind == .vnc, !display.hasWebSocket else {
        throw FleetError(
          .denied, "the document has a \(display.kind.rawValue.printable) display that listens on a port of its own")
      }
      // Without an allocated port libvirt chooses a free one, on loopback.
      let isFitting =
        switch VNCMode(of: vnc) {
        case .port: display.port == allocations.vncPort
        case .socket: false
        case .none: display.isAutoport
        }
      guard isFitting else {
        throw FleetError(
          .denied,
          "the document's display listens on port \(display.port.map(String.init) ?? "-1"), the fleet's ledger"
            + " allotted \(allocations.vncPort.map(String.init) ?? "none")")
      }
    }
  }

  private func check(_ found: DomainPrivilege, _ taken: [OpenedFile.Identity: String]) throws {
    if found.kind == .emulator {
      guard found.subject == emulator else {
        throw FleetError(.denied, "the document is run by \(found.subject.printable), and not by \(emulator)")
      }
      return
    }
    if adopted.contains(MarkRecords.Asked(found)) { return }
    let privilege = HostPrivilege(found)
    if let refusal = trust.refusal(of: privilege) { throw FleetError(.denied, refusal) }
    switch found.kind {
    case .diskFiles:
      try checkDisk(try path(of: privilege), found.wanted, taken, depth: 0, isRaw: found.format == "raw")
    case .blockDevices: try checkBlock(found.subject, found.wanted, taken, isRaw: found.format == "raw")
    case .bootFiles, .fileSystems, .fileBackedDevices:
      let grant = trust.grants[privilege.kind] ?? .nothing
      let roots = (privilege.kind == .bootFiles ? trust.diskRoots : []) + Self.roots(of: grant, found.subject)
      guard HostPath.parts(of: found.subject) != nil else { return }
      _ = try open(found.subject, below: roots)
    default: break
    }
  }

  /// The directories that a grant permits for a path.
  private static func roots(of grant: HostTrust.Grant, _ path: String) -> [String] {
    switch grant {
    case .nothing: []
    case .everything: ["/"]
    case .only(let listed): listed.filter { HostPath.isSame($0, path) || HostPath.isBelow(path, $0) }
    }
  }

  /// Opens a path; nil if it does not exist, for which libvirt has the better error.
  private func open(_ path: String, below roots: [String]) throws -> OpenedFile? {
    do {
      return try RootedPath(roots: roots, state: state).open(path)
    } catch RootedPath.Failure.missing {
      return nil
    } catch let failure as RootedPath.Failure {
      throw FleetError(failure, path, trust)
    }
  }

  private func path(of privilege: HostPrivilege) throws -> String {
    guard let pool = privilege.pool else { return privilege.subject }
    guard let volume = privilege.volume, !volume.contains("/"), volume != "..", volume != ".", !volume.isEmpty else {
      throw FleetError(.invalid, "\"\(privilege.subject.printable)\" names no volume of a pool")
    }
    return "\(trust.pools[pool] ?? "")/\(volume)"
  }

  /// Checks a disk's file and everything its header names; for a raw disk QEMU reads no header.
  private func checkDisk(
    _ path: String, _ wanted: String, _ taken: [OpenedFile.Identity: String], depth: Int, isRaw: Bool = false,
    isGuessed: Bool = false
  ) throws {
    guard depth < 32 else { throw FleetError(.invalid, "\(path.printable) lies on more than 32 files") }
    guard let file = try open(path, below: trust.diskRoots) else { return }
    if let other = taken[file.identity] {
      throw FleetError(
        .conflict, "\(wanted.printable), which the domain \"\(other.printable)\" of this host writes to",
        hint: "two guests that use one disk destroy it; name another file")
    }
    if file.format == S_IFBLK { return try checkBlock(path, wanted, taken, isRaw: isRaw, isGuessed: isGuessed) }
    guard file.format == S_IFREG else {
      throw FleetError(.denied, "\(wanted.printable), which is neither a file nor a block device")
    }
    if !isRaw { try checkChain(of: file, path, taken, depth: depth, isGuessed: isGuessed) }
  }

  /// Checks what the header of a file or device names.
  ///
  /// QEMU opens a backing file in the format that the header names, or in one that it probes; of the formats that refer
  /// to further files, only qcow2 is read here.
  private func checkChain(
    of file: OpenedFile, _ path: String, _ taken: [OpenedFile.Identity: String], depth: Int, isGuessed: Bool = false
  ) throws {
    guard let header = try DiskChain.header(of: file, named: path) else {
      guard !isGuessed else {
        throw FleetError(
          .denied, "a backing file has no declared format: \(path.printable)",
          hint: "name it in the header of the disk above: qemu-img rebase -u -F FORMAT -b \(path.shellQuoted) DISK")
      }
      return
    }
    if let backing = header.backing {
      let (format, next) = (header.backingFormat, try below(path, backing))
      guard format.map(DomainPrivilege.plainFormats.contains) ?? true else {
        throw FleetError(
          .denied,
          "\(path.printable) lies on \(next.printable), and its format \(format?.printable ?? "") may lead anywhere",
          hint: "make one file of it: qemu-img convert")
      }
      try checkDisk(
        next, "\(path.printable) lies on \(next.printable)", taken, depth: depth + 1, isRaw: format == "raw",
        isGuessed: format == nil)
    }
    if let data = header.data {
      let next = try below(path, data)
      try checkDisk(next, "\(path.printable) lies on \(next.printable)", taken, depth: depth + 1, isRaw: true)
    }
  }

  /// The file that a header names, if the host lends it.
  private func below(_ path: String, _ text: String) throws -> String {
    let next = try Self.next(text, beneath: path)
    guard trust.isBeneathDiskRoot(next) else {
      throw FleetError(
        .denied, "\(path.printable) lies on \(text.printable), which this host does not lend to the fleet",
        hint: "have its directory in disk_roots of [trust] in \(trust.file) on the host")
    }
    return next
  }

  /// The path that QEMU derives from a header's text.
  static func next(_ text: String, beneath path: String) throws -> String {
    let plain = text.hasPrefix("file:") ? String(text.dropFirst("file:".count)) : text
    let isRemote = plain.prefix { $0 != "/" }.contains(":")
    guard !isRemote, !plain.isEmpty else {
      throw FleetError(
        .denied, "\(path.printable) lies on \(text.printable), which is not a file of this host",
        hint: "make one file of it: qemu-img convert")
    }
    return plain.hasPrefix("/") ? plain : HostPath.parent(of: path) + "/" + plain
  }

  /// Checks a block device: its directory or name must be granted; its number is its identity.
  private func checkBlock(
    _ path: String, _ wanted: String, _ taken: [OpenedFile.Identity: String], isRaw: Bool, isGuessed: Bool = false
  ) throws {
    let listed = Self.roots(of: trust.grants[.blockDevices] ?? .nothing, path)
    let logical = trust.diskRoots.filter { HostPath.isBelow(path, $0) }
    guard !(listed + logical).isEmpty else {
      throw FleetError(.denied, "\(wanted.printable), which the host does not grant")
    }
    // The system makes links in /dev for volumes.
    guard let identity = OpenedFile.Identity(path) else { return }
    guard identity.number != 0 else {
      guard trust.isBeneathDiskRoot(path) else {
        throw FleetError(.denied, "\(wanted.printable), which is not a device")
      }
      return try checkDisk(path, wanted, taken, depth: 1, isRaw: isRaw, isGuessed: isGuessed)
    }
    // A device file outside of /dev may be any device, by its number.
    if !listed.isEmpty || HostPath.isBelow(path, "/dev") {
      if let other = taken[identity] {
        throw FleetError(
          .conflict, "\(wanted.printable), which the domain \"\(other.printable)\" of this host writes to")
      }
      if !isRaw, let device = try open(path, below: ["/"]) {
        try checkChain(of: device, path, taken, depth: 1, isGuessed: isGuessed)
      }
      return
    }
    throw FleetError(
      .denied, "\(wanted.printable), which is a device",
      hint: "grant it by its name: block_devices of [trust] in \(trust.file) on the host")
  }

  /// The files that other guests write to.
  private static func disks(of others: [ObservedDomain]) -> [OpenedFile.Identity: String] {
    var found: [OpenedFile.Identity: String] = [:]
    for domain in others {
      for disk in domain.configurations.flatMap(\.disks) where !disk.readOnly && !disk.shareable && !disk.path.isEmpty {
        if let identity = OpenedFile.Identity(disk.path) { found[identity] = domain.name }
      }
    }
    return found
  }
}

extension HostPrivilege {
  /// Converts what a document asks into the fleet's term.
  init(_ found: DomainPrivilege) {
    self.init(Kind(rawValue: found.kind.rawValue), found.subject, found.wanted)
  }
}

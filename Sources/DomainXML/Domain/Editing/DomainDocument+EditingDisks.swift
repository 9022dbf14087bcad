extension DomainDocument {
  /// Points a disk at a file and states its format; removes the document's list of backing files.
  ///
  /// Throws `notFound` if there is no such disk.
  package mutating func setDiskSource(at index: Int, path: String, format: String) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      try DiskEditor(DomainDocument.disk(at: index, in: root)).setFile(path, format: format)
    }
  }

  /// Adds a disk and returns its name in the guest.
  ///
  /// Throws `duplicate` if the wanted name is taken and `noFreeName` if the bus is full.
  @discardableResult
  package mutating func addDisk(_ disk: NewDisk) throws(DomainXMLError) -> String {
    try edit { root throws(DomainXMLError) in try DiskEditor.add(disk, to: root) }
  }

  /// Removes a disk. Throws `notFound` if there is no such disk.
  package mutating func removeDisk(at index: Int) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try DomainDocument.disk(at: index, in: root).remove() }
  }

  /// Puts a raw image into the first CD-ROM drive, or into a new one, and returns the drive's name.
  @discardableResult
  package mutating func insertMedia(path: String) throws(DomainXMLError) -> String {
    guard let drive = disks.first(where: { $0.device == .cdrom }) else {
      return try addDisk(.cdrom(path: path, bus: cdromBus))
    }
    try setDiskSource(at: drive.index, path: path, format: "raw")
    return drive.target
  }

  /// Empties every CD-ROM drive, or the one named; returns how many held something.
  ///
  /// Throws `notFound` if the drive named is not there.
  @discardableResult
  package mutating func ejectMedia(target: String? = nil) throws(DomainXMLError) -> Int {
    let drives = disks.filter { $0.device == .cdrom && (target == nil || $0.target == target) }
    if let target, drives.isEmpty {
      throw DomainXMLError(.notFound, element: "disk", "there is no CD-ROM drive \(target)")
    }
    let full = drives.filter { $0.source != .none }
    guard !full.isEmpty else { return 0 }
    try edit { root throws(DomainXMLError) in
      for drive in full { try DiskEditor(DomainDocument.disk(at: drive.index, in: root)).clear() }
    }
    return full.count
  }

  /// The bus on which this machine type has CD-ROM drives.
  package var cdromBus: DiskBus { MachineFamily(machine: system.machine, architecture: system.architecture).cdromBus }

  private static func disk(at index: Int, in root: XMLElement) throws(DomainXMLError) -> XMLElement {
    let disks = root.child(named: "devices")?.children(named: "disk") ?? []
    guard disks.indices.contains(index) else {
      throw DomainXMLError(.notFound, element: "disk", "there is no disk \(index); the domain has \(disks.count)")
    }
    // BOUNDED: the guard above has looked.
    return disks[index]
  }
}

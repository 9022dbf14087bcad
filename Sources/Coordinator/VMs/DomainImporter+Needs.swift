import DomainXML
import Fleet

extension DomainImporter {
  /// The requirements of the document on a host, so that no plan moves the VM where it could not start.
  static func constraints(
    of document: DomainDocument, _ spec: VMSpec, notes: inout [String]
  ) -> PlacementConstraints {
    var constraints = PlacementConstraints()
    // Hosts report their emulators' features only for their own architecture.
    let isOwn = ["x86_64", "i686"].contains(spec.architecture)
    let needs = document.requirements.compactMap(need).filter { isOwn || !$0.isOffered || $0.isHardware }
    // The old medium of a drive that gets another one is not required.
    let refilled = spec.disks.filter { $0.image != nil }.map { "disk \"\($0.target)\"" }
    let media: Set<HostNeed.Kind> = [.pool, .volume, .file, .directory]
    let left = needs.filter { !media.contains($0.kind) || !refilled.contains($0.subject) }
    constraints.needs = Set(left.filter { (try? $0.checked()) != nil }.prefix(256))
    let pages = document.hugePageSizes
    if let first = pages.first {
      constraints.hugePage = first.map { ByteCount(bytes: $0) }
      constraints.usesDefaultHugePages = first == nil
      if (try? constraints.validated()) == nil { constraints.hugePage = nil }
      if pages.count > 1 { notes.append("its memory is of pages of \(pages.count) sizes; only the first is counted") }
    }
    if !document.hostDevices.isEmpty || constraints.needs.contains(where: \.isHardware) {
      constraints.isPinned = true
      notes.append("it has devices of its host, and stays with them there")
    }
    let paths = constraints.needs.filter(\.isPath).map(\.value).sorted()
    if !paths.isEmpty {
      notes.append("it needs \(listing(paths)) on its host, and can't be moved without")
    }
    if !document.emulatorArguments.isEmpty {
      notes.append("its arguments for QEMU go there as they stand; of them Roost reads MAC addresses and disks only")
    }
    return constraints
  }

  private static func need(_ requirement: DomainRequirement) -> HostNeed? {
    HostNeed.Kind(rawValue: requirement.kind.rawValue).map {
      HostNeed($0, requirement.value, for: requirement.subject)
    }
  }

  private static func listing(_ paths: [String]) -> String {
    let shown = paths.prefix(3).map(\.printable).joined(separator: ", ")
    return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
  }

  /// What a guest may lack after the import.
  static func losses(of document: DomainDocument, _ spec: VMSpec) -> [String] {
    var notes: [String] = []
    if let uuid = try? document.uuid ?? document.smbiosUUID {
      let shown = try? document.hardwareUUID
      notes.append(
        shown.map { "its UUID \(uuid) is not kept; the guest's firmware still shows it \($0), from <hwuuid>" }
          ?? "its UUID \(uuid) is not kept: the guest's firmware tells it a new one, and what is licensed by it asks "
          + "again")
    }
    if let path = document.system.nvramPath {
      notes.append(
        "its firmware's variables in \(path.printable) are its own if no other domain of the host names that file; "
          + "else it gets a copy")
    }
    let mode = document.cpu?.mode
    if spec.acceleration != .required, let mode, mode == .hostPassthrough || mode == .hostModel {
      notes.append(
        "on a host without KVM its CPU mode \(mode.rawValue) gives way to the emulator's own processor; topology and "
          + "NUMA cells stay")
    }
    return notes
  }
}

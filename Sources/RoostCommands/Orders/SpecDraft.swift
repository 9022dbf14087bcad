internal import Fleet

/// A spec under way: flags and files fill it in, and it gives each disk a bus and a name.
struct SpecDraft: Sendable {
  var name: String
  var vcpus = 1
  var memory = Memory.gibibytes(1)
  var architecture = "x86_64"
  var machine: String?
  var acceleration = AccelerationWish.preferred
  /// The library image that the first disk is an overlay of.
  var image: String?
  var disks: [DiskWish] = []
  /// The library image in the drive, or empty for an empty drive; nil for no drive.
  var cdrom: String?
  /// Nil for one interface on the network `default`.
  var nics: [NICSpec]?
  var vnc: VNCSpec? = VNCSpec()
  var serialConsole = true
  /// Nil for the drive first, if there is one with a medium, then the disk.
  var bootOrder: [BootDevice]?
  var labels: [String: String] = [:]

  /// The spec with all its defaults.
  /// - Throws: ``FleetError`` with code `invalid` that names the first field that can't stand.
  func spec() throws(FleetError) -> VMSpec {
    var wishes = disks
    if let image {
      if wishes.isEmpty { wishes.append(DiskWish()) }
      // BOUNDED: there is one, by the line above.
      if wishes[0].source == nil { wishes[0].source = .overlay(ImageRef(name: image)) }
    }
    var names = TargetNames(taken: Set(wishes.compactMap(\.target)))
    var disks = wishes.map { $0.spec(&names) }
    if let cdrom {
      let bus = architecture == "x86_64" || architecture == "i686" ? "sata" : "scsi"
      disks.append(
        DiskSpec(
          device: .cdrom, bus: bus, target: names.next(for: bus), format: .raw,
          source: cdrom.isEmpty ? .none : .medium(ImageRef(name: cdrom))))
    }
    let hasMedium = cdrom.map { !$0.isEmpty } ?? false
    let spec = VMSpec(
      name: name, vcpus: vcpus, memory: memory, architecture: architecture, machine: machine,
      acceleration: acceleration, disks: disks, nics: nics ?? [NICSpec(source: .network("default"))], vnc: vnc,
      serialConsole: serialConsole, bootOrder: bootOrder ?? (hasMedium ? [.cdrom, .disk] : [.disk]), labels: labels)
    return try spec.validated()
  }
}

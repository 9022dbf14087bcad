/// One disk or drive of a VM.
package struct DiskSpec: Hashable, Sendable {
  /// The kind of device that the guest sees.
  package enum Device: String, Hashable, Sendable, CaseIterable, Word {
    /// A writable disk.
    case disk
    /// A read-only drive.
    case cdrom
    /// A floppy drive.
    case floppy
    /// A SCSI device of the host whose commands the guest may send.
    case lun
  }

  /// The kind of device that the guest sees.
  package var device: Device
  /// `virtio`, `ide`, `sata`, `scsi` or `usb`.
  package var bus: String
  /// The guest's device name, such as `vda`, unique in the VM.
  package var target: String
  /// The file's format.
  package var format: ImageFormat
  /// The source of its data.
  package var source: DiskSource
  /// Absolute path on the host; nil for a file in the host's image directory.
  package var path: String?
  /// Nominal size; zero if unknown.
  package var size: ByteCount
  /// True if its document allows other guests to write to it.
  package var isShareable: Bool

  /// Makes a disk.
  package init(
    device: Device = .disk, bus: String = "virtio", target: String, format: ImageFormat = .qcow2,
    source: DiskSource, path: String? = nil, size: ByteCount = .zero, isShareable: Bool = false
  ) {
    self.device = device
    self.bus = bus
    self.target = target
    self.format = format
    self.source = source
    self.path = path
    self.size = size
    self.isShareable = isShareable
  }

  /// True if Roost makes the file, and so may delete it with the VM.
  package var isMadeByRoost: Bool {
    switch source {
    case .blank, .overlay, .copy: true
    case .medium, .existing, .none, .document: false
    }
  }

  /// The file that Roost makes for it in a host's image directory, if no path was chosen.
  package func ownFile(of vm: VMID, named name: String, in directory: String) -> String {
    "\(directory)/\(name)-\(target)-\(vm.description.prefix(8)).\(format.driver)"
  }

  /// True for a disk that its guest writes to.
  package var isWritten: Bool { device == .disk || device == .lun }

  /// The library image it needs, if any.
  package var image: ImageRef? {
    switch source {
    case .overlay(let image), .copy(let image), .medium(let image): image
    case .blank, .existing, .none, .document: nil
    }
  }

  func check() throws(FleetError) {
    switch source {
    case .blank:
      guard size >= .mebibytes(1) else {
        throw FleetError(.invalid, "disk \"\(target)\" has the size \(size); a new disk has 1MiB or more")
      }
    case .existing where path == nil:
      throw FleetError(.invalid, "disk \"\(target)\" names no file")
    case .existing, .overlay, .copy, .medium, .none, .document: break
    }
    guard size <= .gibibytes(1 << 20) else {
      throw FleetError(.invalid, "disk \"\(target)\" has the size \(size); the largest is 1PiB")
    }
    if let path { try Self.check(path: path, limit: source == .existing ? 4096 : 200) }
  }

  /// Checks that a path is absolute, printable and free of `..`.
  /// - Throws: ``FleetError`` with code `invalid`.
  package static func check(path: String, limit: Int = 200) throws(FleetError) {
    let parts = path.split(separator: "/")
    guard path.hasPrefix("/"), !path.hasSuffix("/"), path.utf8.count <= limit, path.isPrintable,
      !parts.contains(".."), !parts.contains("."), !parts.isEmpty
    else {
      throw FleetError(
        .invalid, "\"\(path.printable)\" is not a path for a disk", hint: "write an absolute path without '..'")
    }
  }
}

extension DiskSpec: Codable {
  private enum CodingKeys: String, CodingKey {
    case device, bus, target, format, source, imageID, image, path, size, shareable
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func image() throws -> ImageRef {
      ImageRef(
        id: try fields.decodeIfPresent(ImageID.self, forKey: .imageID),
        name: try fields.decode(String.self, forKey: .image))
    }
    let word = try fields.decode(String.self, forKey: .source)
    let source: DiskSource =
      switch word {
      case "blank": .blank
      case "overlay": .overlay(try image())
      case "copy": .copy(try image())
      case "medium": .medium(try image())
      case "existing": .existing
      case "none": .none
      case "document": .document
      default: throw decoder.refusal("the disk source \"\(word.printable)\" is not known")
      }
    self.init(
      device: try fields.decode(Device.self, forKey: .device), bus: try fields.decode(String.self, forKey: .bus),
      target: try fields.decode(String.self, forKey: .target),
      format: try fields.decode(ImageFormat.self, forKey: .format), source: source,
      path: try fields.decodeIfPresent(String.self, forKey: .path),
      size: try fields.decode(ByteCount.self, forKey: .size),
      isShareable: try fields.decodeIfPresent(Bool.self, forKey: .shareable) ?? false)
  }

  /// Writes the disk; what is nil or false is left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(device, forKey: .device)
    try fields.encode(bus, forKey: .bus)
    try fields.encode(target, forKey: .target)
    try fields.encode(format, forKey: .format)
    try fields.encode(source.word, forKey: .source)
    try fields.encodeIfPresent(image?.name, forKey: .image)
    try fields.encodeIfPresent(image?.id, forKey: .imageID)
    try fields.encodeIfPresent(path, forKey: .path)
    try fields.encode(size, forKey: .size)
    if isShareable { try fields.encode(true, forKey: .shareable) }
  }
}

/// The source of a disk's data.
package enum DiskSource: Hashable, Sendable {
  /// A new empty file.
  case blank
  /// A new file backed by a library image.
  case overlay(ImageRef)
  /// A new file copied from a library image.
  case copy(ImageRef)
  /// A library image as a read-only medium.
  case medium(ImageRef)
  /// An existing file.
  case existing
  /// An empty drive.
  case none
  /// A source in the VM's domain document that Roost does not model: a volume of a pool, a network disk.
  case document

  /// The kind of source in one word, as it is stored and shown.
  package var word: String {
    switch self {
    case .blank: "blank"
    case .overlay: "overlay"
    case .copy: "copy"
    case .medium: "medium"
    case .existing: "existing"
    case .none: "none"
    case .document: "document"
    }
  }
}

package import Fleet

/// The header of an image file, read before any program opens it.
///
/// Corresponds to QEMU's `docs/interop/qcow2.rst`
/// (https://gitlab.com/qemu-project/qemu/-/blob/master/docs/interop/qcow2.rst). It refuses a header that refers to
/// other files, or that could make a reader use much memory.
package struct ImageHeader: Hashable, Sendable {
  /// The format.
  package var format: ImageFormat
  /// The size a guest sees.
  package var virtualSize: ByteCount
  /// True for every format except raw, and for a raw file that is blank or begins with a boot record, a partition table
  /// or a known file system.
  package var looksLikeDisk: Bool

  /// The number of leading bytes that are needed.
  package static let length = 128 << 10
  /// The largest size a guest may see, 1 PiB.
  package static let largest: Int64 = 1 << 50

  /// Reads the beginning of a file.
  /// - Parameters:
  ///   - bytes: the first ``length`` bytes, or all of a shorter file.
  ///   - size: the size of the whole file, in bytes.
  /// - Throws: ``FleetError`` with code `invalid` that says what is wrong.
  package init(_ bytes: [UInt8], ofFile size: Int64) throws(FleetError) {
    guard size > 0, !bytes.isEmpty else { throw FleetError(.invalid, "the image is empty") }
    let fields = Fields(bytes: bytes)
    if bytes.starts(with: [0x51, 0x46, 0x49, 0xFB]) {
      virtualSize = try Self.qcow2(fields, size)
      format = .qcow2
      looksLikeDisk = true
      return
    }
    if let foreign = Self.foreign(bytes) {
      throw FleetError(
        .invalid, "the image has the format \(foreign); qcow2, raw and ISO are taken",
        hint: "convert it first: qemu-img convert -O qcow2 IN OUT")
    }
    guard size <= Self.largest else { throw Self.tooLarge }
    let (rounded, overflow) = size.addingReportingOverflow(511)
    virtualSize = ByteCount(bytes: overflow ? size : rounded / 512 * 512)
    format = bytes.dropFirst(32768).starts(with: [1] + Array("CD001".utf8)) ? .iso : .raw
    looksLikeDisk = format == .iso || Self.isDisk(bytes)
  }

  private static let flatten = "flatten it first: qemu-img convert -O qcow2 IN OUT"
  private static let repair = "see what is wrong with it: qemu-img check FILE"
  private static let tooLarge = FleetError(.invalid, "the image is larger than \(ByteCount(bytes: largest))")

  /// Checks a qcow2 header against its file and returns the size a guest sees.
  private static func qcow2(_ fields: Fields, _ size: Int64) throws(FleetError) -> ByteCount {
    let damaged = FleetError(.invalid, "the image is damaged or cut off", hint: repair)
    guard let version = fields.short(4), let backing = fields.long(8), let clusterBits = fields.short(20),
      let virtual = fields.long(24), let encryption = fields.short(32), let tables = fields.short(36),
      let table = fields.long(40), let counts = fields.long(48), let countClusters = fields.short(56),
      let snapshots = fields.short(60)
    else { throw damaged }
    guard version == 2 || version == 3 else {
      throw FleetError(.invalid, "the image is qcow2 of a version that is not known: \(version)", hint: flatten)
    }
    guard backing == 0 else { throw FleetError(.invalid, "the image has a backing file", hint: flatten) }
    guard encryption == 0 else { throw FleetError(.invalid, "the image is encrypted", hint: flatten) }
    guard snapshots == 0 else {
      throw FleetError(.invalid, "the image has \(snapshots) snapshots of its own", hint: flatten)
    }
    guard (9...21).contains(clusterBits) else { throw damaged }
    guard virtual > 0 else { throw FleetError(.invalid, "the image is empty") }
    guard virtual <= UInt64(clamping: largest) else { throw tooLarge }
    let cluster = UInt64(1) << clusterBits
    // An entry of the first table stands for a cluster of eight-byte entries, each of which stands for a cluster.
    let reach = cluster / 8 * cluster
    let needed = (virtual - 1) / reach + 1
    let end = UInt64(clamping: size)
    func lies(_ offset: UInt64, _ length: UInt64) -> Bool {
      let (last, overflow) = offset.addingReportingOverflow(length)
      return offset % cluster == 0 && offset >= cluster && !overflow && last <= end
    }
    guard tables >= needed, tables <= 4 << 20, lies(table, tables * 8), countClusters > 0,
      countClusters <= (8 << 20) / cluster + 1, lies(counts, countClusters * cluster)
    else { throw damaged }
    if version == 3 { try extensions(fields, cluster, damaged) }
    return ByteCount(bytes: Int64(clamping: virtual))
  }

  /// Checks the additions of version 3: features, and extensions up to the first cluster's end.
  private static func extensions(_ fields: Fields, _ cluster: UInt64, _ damaged: FleetError) throws(FleetError) {
    guard let features = fields.long(72), let order = fields.short(96), let length = fields.short(100),
      order <= 6, (104...cluster).contains(length), length % 8 == 0
    else { throw damaged }
    guard features & 0b10 == 0 else { throw damaged }
    guard features & 0b100 == 0 else {
      throw FleetError(.invalid, "the image keeps its data in another file", hint: flatten)
    }
    // A dirty flag, another compression, and larger entries of the second table are harmless.
    guard features & ~0b11001 == 0 else {
      throw FleetError(.invalid, "the image has features that are not known", hint: flatten)
    }
    var place = Int(clamping: length)
    for _ in 0..<64 {
      guard let kind = fields.short(place), kind != 0 else { return }
      guard let count = fields.short(place + 4), count <= cluster else { throw damaged }
      switch kind {
      case 0x4441_5441: throw FleetError(.invalid, "the image keeps its data in another file", hint: flatten)
      case 0x0537_BE77: throw FleetError(.invalid, "the image is encrypted", hint: flatten)
      default: break
      }
      place += 8 + Int(clamping: (count + 7) / 8 * 8)
    }
    throw FleetError(.invalid, "the image has too many header extensions", hint: flatten)
  }

  /// The name of an unsupported format, by the file's first bytes.
  private static func foreign(_ bytes: [UInt8]) -> String? {
    let beginnings: [(String, [UInt8])] = [
      ("vmdk", Array("KDMV".utf8)), ("vmdk", Array("COWD".utf8)), ("vmdk", Array("# Disk DescriptorFile".utf8)),
      ("vhdx", Array("vhdxfile".utf8)), ("vpc", Array("conectix".utf8)), ("qed", Array("QED\0".utf8)),
      ("luks", Array("LUKS".utf8) + [0xBA, 0xBE]), ("parallels", Array("WithoutFreeSpace".utf8)),
      ("parallels", Array("WithouFreSpacExt".utf8)), ("bochs", Array("Bochs Virtual HD Image".utf8)),
      ("cloop", Array("#!/bin/sh\n#V2.0 Format".utf8)),
    ]
    if let found = beginnings.first(where: { bytes.starts(with: $0.1) }) { return found.0 }
    return bytes.dropFirst(64).starts(with: [0x7F, 0x10, 0xDA, 0xBE]) ? "vdi" : nil
  }

  private static func isDisk(_ bytes: [UInt8]) -> Bool {
    let marks: [([UInt8], Int)] = [
      ([0x55, 0xAA], 510), (Array("EFI PART".utf8), 512), ([0x53, 0xEF], 1080), (Array("XFSB".utf8), 0),
      (Array("_BHRfS_M".utf8), 65_600), (Array("LABELONE".utf8), 512), (Array("hsqs".utf8), 0),
    ]
    return marks.contains { bytes.dropFirst($0.1).starts(with: $0.0) }
      || bytes.count >= 512 && bytes.allSatisfy { $0 == 0 }
  }

  /// Numbers of the header, most significant byte first; nil beyond its end.
  private struct Fields {
    let bytes: [UInt8]

    func short(_ offset: Int) -> UInt64? { number(offset, 4) }
    func long(_ offset: Int) -> UInt64? { number(offset, 8) }

    private func number(_ offset: Int, _ count: Int) -> UInt64? {
      let found = bytes.dropFirst(offset).prefix(count)
      guard found.count == count else { return nil }
      return found.reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}

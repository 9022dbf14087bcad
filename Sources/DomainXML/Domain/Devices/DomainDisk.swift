/// One `<disk>` of a guest.
package struct DomainDisk: Hashable, Sendable {
  /// Its place among the document's disks, from 0; edits name disks by it.
  package let index: Int
  /// How the document names the source's kind.
  package let kind: DiskKind
  /// What it looks like to the guest.
  package let device: DiskDevice
  /// Where its bytes are.
  package let source: DiskSource
  /// The format, such as `qcow2` or `raw`; nil means libvirt assumes raw.
  package let format: String?
  /// The name that is unique in the guest, such as `vda`; empty if missing.
  package let target: String
  /// How it is attached; nil means libvirt guesses from the target's name.
  package let bus: DiskBus?
  /// Whether the guest can't write to it.
  package let isReadOnly: Bool
  /// Whether several guests may use it at once.
  package let isShareable: Bool
  /// The serial number shown to the guest; nil if none.
  package let serial: String?
  /// The sources beneath this one, nearest first, as far as the document lists them.
  package let backing: [DiskSource]
  /// Where a running copy job writes to; nil if none.
  package let mirror: DiskSource?

  /// A key for data that is not a file of the host: two disks with the same key write the same data. Nil for all
  /// others.
  ///
  /// Keys of pools and devices are local to the host and begin with `volume:` or `nvme:`; keys that begin with `net:`
  /// are the same on all hosts.
  package let elsewhere: String?

  init(_ element: XMLElement, index: Int) {
    let target = element.child(named: "target")
    self.index = index
    kind = DiskKind(rawValue: element.attribute("type") ?? "file")
    device = DiskDevice(rawValue: element.attribute("device") ?? "disk")
    source = DiskSource(of: element)
    format = element.child(named: "driver")?.attribute("type")
    self.target = target?.attribute("dev") ?? ""
    bus = target?.attribute("bus").map(DiskBus.init(rawValue:))
    isReadOnly = element.child(named: "readonly") != nil || device == .cdrom
    isShareable = element.child(named: "shareable") != nil
    serial = element.child(named: "serial")?.trimmedText
    elsewhere = DomainDisk.elsewhere(of: element)
    backing = DomainDisk.chain(below: element)
    mirror = element.child(named: "mirror").map(DiskSource.init(of:))
  }

  private static func elsewhere(of disk: XMLElement) -> String? {
    guard let source = disk.child(named: "source") else { return nil }
    switch DiskKind(rawValue: disk.attribute("type") ?? "file") {
    case .volume:
      guard let pool = source.attribute("pool"), let volume = source.attribute("volume") else { return nil }
      return "volume:\(pool)/\(volume)"
    case .network:
      guard let kind = source.attribute("protocol") else { return nil }
      let hosts = source.children(named: "host").map { host in
        host.attribute("socket") ?? "\(host.attribute("name") ?? ""):\(host.attribute("port") ?? "")"
      }
      return "net:\(kind):\(Set(hosts).sorted().joined(separator: ","))/\(source.attribute("name") ?? "")"
    case .nvme:
      let address = source.child(named: "address").flatMap(HostDevice.pciAddress)
      return address.map { "nvme:\($0)/\(source.attribute("namespace") ?? "")" }
    default: return nil
    }
  }

  private static func chain(below element: XMLElement) -> [DiskSource] {
    var chain: [DiskSource] = []
    var store = element.child(named: "backingStore")
    while let current = store {
      let source = DiskSource(of: current)
      if source != .none { chain.append(source) }
      store = current.child(named: "backingStore")
    }
    return chain
  }
}

extension DomainDocument {
  /// The guest's disks in document order.
  package var disks: [DomainDisk] {
    (devices?.children(named: "disk") ?? []).enumerated().map { DomainDisk($1, index: $0) }
  }

  /// Every path of the host that the disks use: sources, backing files, copy targets. Each once, in order.
  package var diskPaths: [String] {
    var seen: Set<String> = []
    let sources = disks.flatMap { disk in [disk.source] + disk.backing + (disk.mirror.map { [$0] } ?? []) }
    return sources.compactMap(\.path).filter { seen.insert($0).inserted }
  }
}

/// Where a disk's bytes are.
package enum DiskSource: Hashable, Sendable {
  /// A file of the host.
  case file(path: String)
  /// A block device of the host.
  case block(path: String)
  /// A directory of the host.
  case directory(path: String)
  /// A volume of a storage pool.
  case volume(pool: String, name: String)
  /// Something reached over the network, such as `rbd` or `nbd`.
  case network(protocol: String, name: String?)
  /// An empty drive.
  case none
  /// A kind that is not known here.
  case other(DiskKind)

  /// The path on the host; nil where there is none.
  package var path: String? {
    switch self {
    case .file(let path), .block(let path), .directory(let path): path
    case .volume, .network, .none, .other: nil
    }
  }

  /// Reads the `<source>` of an element that has a `type`: a disk, a backing store, a mirror.
  init(of element: XMLElement) {
    let kind = DiskKind(rawValue: element.attribute("type") ?? "file")
    guard let source = element.child(named: "source") else {
      self = .none
      return
    }
    let path = { (attribute: String) in source.attribute(attribute).flatMap { $0.isEmpty ? nil : $0 } }
    switch kind {
    case .file: self = path("file").map { .file(path: $0) } ?? .none
    case .block: self = path("dev").map { .block(path: $0) } ?? .none
    case .directory: self = path("dir").map { .directory(path: $0) } ?? .none
    case .volume:
      guard let pool = path("pool"), let name = path("volume") else {
        self = .none
        return
      }
      self = .volume(pool: pool, name: name)
    case .network: self = .network(protocol: source.attribute("protocol") ?? "", name: path("name"))
    default: self = .other(kind)
    }
  }
}

/// The names disks have in a guest: a bus's prefix and letters that count up.
enum DiskTarget {
  /// The prefix of a bus's names.
  static func prefix(for bus: DiskBus) -> String {
    switch bus {
    case .virtio: "vd"
    case .ide: "hd"
    case .floppy: "fd"
    case "xen": "xvd"
    default: "sd"
    }
  }

  /// How many disks a bus takes.
  private static func limit(for bus: DiskBus) -> Int {
    switch bus {
    case .ide: 4
    case .floppy: 2
    case .sata: 6
    default: 256
    }
  }

  /// The first name of `bus` that is not in `taken`. Throws `noFreeName`.
  static func free(on bus: DiskBus, taken: [String]) throws(DomainXMLError) -> String {
    let prefix = prefix(for: bus)
    let count = limit(for: bus)
    for index in 0..<count where !taken.contains(prefix + letters(index)) { return prefix + letters(index) }
    throw DomainXMLError(.noFreeName, element: "target/@dev", "all \(count) names of the \(bus) bus are taken")
  }

  /// `a` to `z`, then `aa`, as libvirt counts.
  private static func letters(_ index: Int) -> String {
    var rest = index
    var letters: [UInt8] = []
    repeat {
      // BOUNDED: a letter of 26, counted down from a place in a list.
      letters.insert(UInt8(ascii: "a") + UInt8(rest % 26), at: 0)
      rest = rest / 26 - 1
    } while rest >= 0
    return String(decoding: letters, as: UTF8.self)
  }
}

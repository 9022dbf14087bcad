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

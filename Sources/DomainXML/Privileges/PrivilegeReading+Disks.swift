extension PrivilegeReading {
  /// A `<disk>`: its source, its backing files and its mirror.
  mutating func readDisk(_ disk: XMLElement) {
    let target = disk.child(named: "target")?.attribute("dev") ?? ""
    let what = target.isEmpty ? "a disk" : "disk \"\(target)\""
    readStore(disk, at: "devices/disk", of: what)
    format = nil
    if disk.attribute("rawio") == "yes" {
      other(disk, "disk/@rawio", "\(what) may send any SCSI command to the host's device")
    }
    if disk.attribute("sgio") == "unfiltered" {
      other(disk, "disk/@sgio", "\(what) may send any SCSI command to the host's device")
    }
  }

  /// An element with a `type` and a `<source>`: a disk, its backing file or its copy target.
  private mutating func readStore(_ store: XMLElement, at place: String, of what: String) {
    let kind = store.attribute("type") ?? "file"
    let written = (store.child(named: "driver") ?? store.child(named: "format"))?.attribute("type")
    // libvirt treats a disk without a format as raw.
    let own = written ?? (store.name == "disk" ? "raw" : nil)
    for child in store.children {
      format = own
      let here = "\(place)/\(child.name)"
      guard child.namespace == nil else {
        sweepDevice(child, at: here)
        continue
      }
      switch child.name {
      case "source":
        readSource(child, kind: kind, at: here, of: what)
        for part in child.children where part.name == "dataStore" { readStore(part, at: "\(here)/dataStore", of: what) }
      case "backingStore", "dataStore": readStore(child, at: here, of: "what lies beneath \(what)")
      case "mirror":
        // The form of older versions has the file in an attribute.
        if let file = child.attribute("file") {
          note(.diskFiles, file, at: "\(here)/@file", child, "\(what) is copied to the file \(file)")
        }
        readStore(child, at: here, of: "the copy of \(what)")
      case "driver":
        let format = child.attribute("type") ?? "raw"
        if !DomainPrivilege.plainFormats.contains(format) {
          other(child, "disk/driver/\(format)", "\(what) has the format \(format), which may lead to other files")
        }
        sweepDevice(child, at: here)
      case "format":
        let format = child.attribute("type") ?? "raw"
        if !DomainPrivilege.plainFormats.contains(format) {
          other(child, "disk/driver/\(format)", "\(what) has the format \(format), which may lead to other files")
        }
      default: sweepDevice(child, at: here)
      }
    }
  }

  /// A `<source>` of a disk or of the firmware's variables.
  mutating func readSource(_ source: XMLElement, kind: String, at place: String, of what: String) {
    // Every attribute that names something is checked, whatever the type: libvirt's releases differ in which one
    // counts.
    for (name, value) in source.node.attributes where !value.isEmpty {
      switch name {
      case "file": note(.diskFiles, value, at: "\(place)/@file", source, "\(what) is the file \(value)")
      case "dev": note(.blockDevices, value, at: "\(place)/@dev", source, "\(what) is the device \(value)")
      case "dir": note(.fileSystems, value, at: "\(place)/@dir", source, "\(what) is the directory \(value)")
      case "volume", "pool", "protocol", "name", "query", "tls", "tlsHostname", "type", "namespace", "managed", "mode",
        "startupPolicy", "index", "fdgroup":
        continue
      default:
        if Self.isPath(value) { other(source, "disk/source/@\(name)", "\(what) is reached by \(name) \(value)") }
      }
    }
    switch kind {
    case "file", "block", "dir": break
    case "volume":
      let volume = "\(source.attribute("pool") ?? "")/\(source.attribute("volume") ?? "")"
      note(.diskFiles, "volume:\(volume)", at: "\(place)/@volume", source, "\(what) is the volume \(volume)")
    case "network": readNetworkSource(source, at: place, of: what)
    case "nvme":
      let address = source.child(named: "address").flatMap(HostDevice.pciAddress) ?? "nvme"
      note(.passthrough, address, at: place, source, "\(what) is the NVMe device \(address) of the host")
    default: other(source, "disk/\(kind)", "\(what) is of the type \(kind)")
    }
    if source.attribute("fdgroup") != nil { other(source, "disk/source/@fdgroup", "\(what) is an open file") }
    for child in source.children where child.name != "dataStore" {
      switch child.name {
      case "host": continue
      case "reservations", "identity", "knownHosts", "vhostuser":
        other(child, "disk/source/\(child.name)", "\(what) wants <\(child.name)>, which is the host's")
      default: sweepDevice(child, at: "\(place)/\(child.name)")
      }
    }
  }

  /// A disk on a server, which sees the host's address and perhaps its secrets.
  private mutating func readNetworkSource(_ source: XMLElement, at place: String, of what: String) {
    let scheme = source.attribute("protocol") ?? ""
    let hosts = source.children(named: "host")
    guard !hosts.isEmpty else {
      return note(
        .networkDisks, scheme, at: place, source, "\(what) is reached by \(scheme) with the host's own settings")
    }
    for host in hosts {
      let address =
        host.attribute("socket")
        ?? [host.attribute("name"), host.attribute("port")].compactMap(\.self).joined(
          separator: ":")
      let subject = "\(scheme)://\(address)"
      note(.networkDisks, subject, at: "\(place)/host", host, "\(what) is reached by \(subject)")
    }
  }
}

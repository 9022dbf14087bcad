/// One thing that a VM asks of its host beyond a plain VM's needs.
package struct HostPrivilege: Hashable, Sendable {
  /// The kind of a privilege: the key in the host's file that grants it. Open, since newer agents know more kinds.
  package struct Kind: RawRepresentable, Hashable, Sendable {
    /// The key in the file.
    package let rawValue: String

    /// Names a kind, known or not.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// A file that becomes a disk or a backing file.
    package static let diskFiles = Kind(rawValue: "disk_roots")
    /// A block device that becomes a disk.
    package static let blockDevices = Kind(rawValue: "block_devices")
    /// A disk that QEMU reaches over a network, with the host's address and secrets.
    package static let networkDisks = Kind(rawValue: "network_disks")
    /// A kernel, a firmware or a table that the guest starts with.
    package static let bootFiles = Kind(rawValue: "boot_files")
    /// A directory of the host that the guest sees.
    package static let fileSystems = Kind(rawValue: "file_systems")
    /// A file, pipe or socket behind a serial port, console or log.
    package static let fileBackedDevices = Kind(rawValue: "file_backed_devices")
    /// A device of the host that the guest gets.
    package static let passthrough = Kind(rawValue: "passthrough")
    /// An interface that uses neither a libvirt network nor a bridge.
    package static let hostInterfaces = Kind(rawValue: "host_interfaces")
    /// An address at which a display or another device is reached from outside the host.
    package static let listen = Kind(rawValue: "listen")
    /// Arguments, environment or capabilities of QEMU itself.
    package static let qemuArguments = Kind(rawValue: "qemu_arguments")
    /// Anything else that a plain VM does not have.
    package static let otherElements = Kind(rawValue: "other_elements")

    /// Every kind that this version knows, in the order of the file.
    package static let all: [Kind] = [
      diskFiles, blockDevices, networkDisks, bootFiles, fileSystems, fileBackedDevices, passthrough, hostInterfaces,
      listen, qemuArguments, otherElements,
    ]
  }

  /// The kind.
  package var kind: Kind
  /// The path, address or element that the host's file may name.
  package var subject: String
  /// What the VM wants, such as `serial port writes to the file /tmp/x`.
  package var wanted: String

  /// Makes a privilege.
  package init(_ kind: Kind, _ subject: String, _ wanted: String) {
    self.kind = kind
    self.subject = subject
    self.wanted = wanted
  }

  /// The name of a pool, if the subject is a volume of it.
  package var pool: String? {
    guard kind == .diskFiles, subject.hasPrefix(Self.volumePrefix) else { return nil }
    return subject.dropFirst(Self.volumePrefix.count).split(separator: "/", maxSplits: 1).first.map(String.init)
  }

  /// The name of the volume in its pool, if the subject is one.
  package var volume: String? {
    guard pool != nil else { return nil }
    let parts = subject.dropFirst(Self.volumePrefix.count).split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? String(parts[1]) : nil
  }

  /// The prefix of a volume's subject.
  static let volumePrefix = "volume:"
}

/// Absolute paths of hosts, compared as text.
package enum HostPath {
  /// The parts of an absolute path without `.` and empty ones; nil for a relative path and for one with `..`.
  package static func parts(of path: String) -> [Substring]? {
    guard path.hasPrefix("/"), path.utf8.count <= 4096, !path.contains("\0") else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }
    return parts.contains("..") ? nil : parts
  }

  /// True if a path is below a directory; a directory is not below itself.
  package static func isBelow(_ path: String, _ directory: String) -> Bool {
    guard let path = parts(of: path), let directory = parts(of: directory) else { return false }
    return path.count > directory.count && path.starts(with: directory)
  }

  /// True if two texts are the same path.
  package static func isSame(_ left: String, _ right: String) -> Bool {
    guard let left = parts(of: left), let right = parts(of: right) else { return false }
    return left == right
  }

  /// The directory that contains a path.
  package static func parent(of path: String) -> String {
    "/" + (parts(of: path) ?? []).dropLast().joined(separator: "/")
  }
}

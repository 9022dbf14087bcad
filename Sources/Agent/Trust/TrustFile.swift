internal import Fleet
internal import Foundation
internal import TOMLKit

/// The file in which root says what the fleet may do on the host beyond plain VMs.
///
/// The agent can read but not write it, so no message can widen it. A file that is malformed, or that others than root
/// could have written, grants nothing.
package struct TrustFile: Sendable {
  /// The content of the file.
  struct Content: Hashable, Sendable {
    /// True if there is a file.
    var isPresent = false
    /// The directories for disks; nil to use the host's pools.
    var diskRoots: [String]?
    var grants: [HostPrivilege.Kind: HostTrust.Grant] = [:]
    var unmanagedConsoles = false
    var destroyAdopted = false
    /// Why the file is ignored, or nil.
    var fault: FleetError?
  }

  /// The largest file that is read, in bytes.
  private static let limit = 64 << 10

  let path: String
  private let owner: uid_t

  /// Names a file.
  /// - Parameter owner: the user who must own it and all directories above it; root except in tests.
  package init(_ path: String = HostTrust.defaultFile, owner: UInt32 = 0) {
    self.path = path
    self.owner = owner
  }

  /// The present content.
  func content() -> Content {
    do {
      guard let text = try text() else { return Content() }
      return try Content(toml: text, named: path)
    } catch {
      var broken = Content()
      broken.isPresent = true
      broken.fault = FleetError(agent: error)
      return broken
    }
  }

  /// The file's text if only its owner can have written it; nil if there is no file.
  private func text() throws -> String? {
    // Links are refused: a user who can change the directory behind a link could change the content.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      if errno == ELOOP {
        let file = path.shellQuoted
        throw FleetError(
          .denied, "\(path) is a link",
          hint: "put the file itself there: cp --remove-destination \"$(readlink -f \(file))\" \(file)")
      }
      throw HostFile.failure("cannot be read", path, errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FleetError(.denied, "\(path) is not a file")
    }
    try check(status, path, fix: "chown root:root \(path.shellQuoted) && chmod 0644 \(path.shellQuoted)")
    if owner == 0, geteuid() != 0, access(path, W_OK) == 0 {
      throw FleetError(
        .denied, "\(path) can be written by the agent's own user", hint: "setfacl --remove-all \(path.shellQuoted)")
    }
    try checkAbove(path)
    guard let bytes = try HostFile.read("/proc/self/fd/\(descriptor)", limit: Self.limit) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func check(_ status: stat, _ path: String, fix: String) throws(FleetError) {
    guard status.st_uid == owner || status.st_uid == 0 else {
      throw FleetError(.denied, "\(path) does not belong to root but to the user \(status.st_uid)", hint: fix)
    }
    guard status.st_mode & 0o022 == 0 else {
      throw FleetError(.denied, "\(path) can be written by others than root", hint: fix)
    }
  }

  /// A user who can write to a directory above could replace the file, except in sticky directories such as `/tmp`.
  private func checkAbove(_ path: String) throws {
    var directory = HostFile.parent(of: path)
    while true {
      var status = stat()
      guard stat(directory, &status) == 0 else { throw HostFile.failure("cannot be looked at", directory, errno) }
      let isSticky = status.st_mode & S_ISVTX != 0
      let quoted = directory.shellQuoted
      if !isSticky { try check(status, directory, fix: "chown root:root \(quoted) && chmod go-w \(quoted)") }
      guard directory != "/", directory != "." else { return }
      directory = HostFile.parent(of: directory)
    }
  }
}

extension TrustFile.Content {
  /// The only table.
  private static let section = "trust"

  /// The keys that are not a list of a kind of thing.
  private static let plainKeys = ["disk_roots", "qemu_arguments", "unmanaged_consoles", "destroy_adopted"]

  /// The keys that grant a kind of thing: `true`, `false`, or a list.
  private static let listKeys: [HostPrivilege.Kind] = [
    .blockDevices, .networkDisks, .bootFiles, .fileSystems, .fileBackedDevices, .passthrough, .hostInterfaces, .listen,
    .otherElements,
  ]

  /// Reads the file's text.
  /// - Throws: ``FleetError`` with code `invalid` that names the line: for text that is not TOML, unknown tables and
  ///   keys (with the nearest known one), and values of the wrong type.
  init(toml text: String, named name: String) throws(FleetError) {
    isPresent = true
    let root: TOMLTable
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw FleetError(.invalid, "\(name), line \(error.source.begin.line): \(error.description.printable)")
    } catch {
      throw FleetError(.invalid, "\(name) is not TOML: \(String(describing: error).printable)")
    }
    let reader = ConfigurationReader(text: text, name: name)
    let section = Self.section
    try reader.checkKeys(of: root, in: nil, known: [section])
    guard let table = try reader.table(section, of: root) else { return }
    try reader.checkKeys(of: table, in: section, known: Self.plainKeys + Self.listKeys.map(\.rawValue))
    if let roots = try reader.texts("disk_roots", of: table, in: section) {
      for root in roots where HostPath.parts(of: root) == nil {
        throw reader.invalid("disk_roots", in: section, "\"\(root.printable)\" is not an absolute path without '..'")
      }
      diskRoots = roots
    }
    for kind in Self.listKeys {
      if let grant = try reader.grant(kind.rawValue, of: table, in: section) { grants[kind] = grant }
    }
    if try reader.flag("qemu_arguments", of: table, in: section) ?? false { grants[.qemuArguments] = .everything }
    unmanagedConsoles = try reader.flag("unmanaged_consoles", of: table, in: section) ?? false
    destroyAdopted = try reader.flag("destroy_adopted", of: table, in: section) ?? false
  }
}

extension ConfigurationReader {
  /// `true`, `false` or a list of texts, or nil if it is absent.
  fileprivate func grant(
    _ key: String, of table: TOMLTable, in section: String
  ) throws(FleetError) -> HostTrust.Grant? {
    guard let value = table[key] else { return nil }
    if value.type == .bool { return try flag(key, of: table, in: section) == true ? .everything : .nothing }
    guard let texts = try texts(key, of: table, in: section) else { return nil }
    return texts.isEmpty ? .nothing : .only(texts)
  }
}

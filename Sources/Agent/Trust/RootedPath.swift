internal import Fleet
internal import Foundation

/// Opens paths below directories that the host lends to the fleet, but never the agent's own files.
///
/// Each part is opened in the directory before it, like `openat2(2)` with `RESOLVE_BENEATH`, which older kernels lack:
/// `..` is refused, links are followed by their text and only to places below a root, and the kernel's own links
/// (`/proc/self/fd`) are not followed at all.
struct RootedPath: Sendable {
  /// Why a path was not opened.
  enum Failure: Error {
    /// The path leads out of every root.
    case outside(String)
    /// The path does not exist.
    case missing
    /// The file is the agent's own.
    case own
    /// The agent has no permission, or the system returned another error.
    case refused(Int32)
  }

  private static let linkLimit = 16
  /// `O_PATH`: gives no access to the content.
  private static let namesOnly: Int32 = 0o10000000

  let roots: [String]
  /// The identities of the agent's directory and its files.
  private let own: Set<OpenedFile.Identity>

  init(roots: [String], state: StateDirectory) {
    self.roots = roots
    let directories = [state.path, state.file("vms")]
    let files = directories.flatMap { directory in HostFile.names(in: directory).map { directory + "/" + $0 } }
    // Directories below are left out, since an image directory may be there.
    own = Set((directories + files.filter { !HostFile.isDirectory($0) }).compactMap { OpenedFile.Identity($0) })
  }

  /// Opens a path.
  /// - Parameter followsLast: whether a link at the very end is followed.
  func open(_ path: String, followsLast: Bool = true) throws -> OpenedFile {
    guard let start = start(of: path) else { throw Failure.outside(path) }
    var links = 0
    return try walk(from: start.root, start.rest, links: &links, followsLast: followsLast)
  }

  /// The longest root that contains the path, and the remaining parts.
  private func start(of path: String) -> (root: String, rest: [String])? {
    guard let parts = HostPath.parts(of: path)?.map(String.init) else { return nil }
    let named = roots + roots.compactMap(Self.real)
    let fitting = named.compactMap { root -> (root: String, rest: [String])? in
      guard let above = HostPath.parts(of: root)?.map(String.init), parts.starts(with: above) else { return nil }
      return (root, Array(parts.dropFirst(above.count)))
    }
    return fitting.min { $0.rest.count < $1.rest.count }
  }

  /// A directory's path without links; nil if it does not exist.
  private static func real(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private func walk(
    from root: String, _ rest: [String], links: inout Int, followsLast: Bool
  ) throws -> OpenedFile {
    // The administrator chose the root, so its links are followed.
    var stack = [try take(Glibc.open(root, Self.namesOnly | O_CLOEXEC), root)]
    var rest = rest[...]
    while let part = rest.popFirst(), let here = stack.last {
      if part.isEmpty || part == "." { continue }
      if part == ".." {
        guard stack.count > 1 else { throw Failure.outside(root) }
        stack.removeLast()
        continue
      }
      let next = try take(openat(here.descriptor, part, Self.namesOnly | O_NOFOLLOW | O_CLOEXEC), part)
      guard next.format == S_IFLNK, followsLast || !rest.isEmpty else {
        stack.append(next)
        continue
      }
      links += 1
      guard links <= Self.linkLimit else { throw Failure.refused(ELOOP) }
      let target = try Self.target(of: part, in: here)
      let more = target.split(separator: "/").map(String.init) + rest
      if target.hasPrefix("/") {
        let path = "/" + more.joined(separator: "/")
        guard let again = start(of: path) else { throw Failure.outside(path) }
        return try walk(from: again.root, again.rest, links: &links, followsLast: followsLast)
      }
      rest = more[...]
    }
    guard let end = stack.last else { throw Failure.missing }
    return end
  }

  private func take(_ descriptor: Int32, _ path: String) throws -> OpenedFile {
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? Failure.missing : Failure.refused(errno)
    }
    let file = try OpenedFile(owning: descriptor, path: path)
    guard !own.contains(file.identity) else { throw Failure.own }
    return file
  }

  private static func target(of name: String, in directory: OpenedFile) throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(directory.descriptor, name, &buffer, buffer.count)
    guard count > 0, count < buffer.count else { throw Failure.refused(count < 0 ? errno : ENAMETOOLONG) }
    return String(decoding: buffer[0..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension FleetError {
  /// The error for a path that is not opened.
  init(_ failure: RootedPath.Failure, _ path: String, _ trust: HostTrust) {
    let key = HostPrivilege.Kind.diskFiles.rawValue
    switch failure {
    case .outside(let end):
      let through = HostPath.isSame(end, path) ? "" : ", which leads to \(end.printable),"
      self.init(
        .denied, "\(path.printable)\(through) is not below a directory that this host lends to the fleet",
        hint: "have its directory in \(key) of [trust] in \(trust.file) on the host")
    case .missing: self.init(.precondition, "there is no \(path.printable) on this host")
    case .own:
      self.init(.denied, "\(path.printable) is the agent's own, which no VM gets whatever the host grants")
    case .refused(let number):
      self.init(
        number == EACCES ? .denied : .internal,
        "\(path.printable) can't be looked at by the agent: \(String(cString: strerror(number)))",
        hint: number == EACCES ? "on the host: setfacl -m u:roost-agent:x on the directories above it" : "")
    }
  }
}

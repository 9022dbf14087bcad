package import Fleet
internal import Glibc

/// Writes a draft that replaces a file when it is whole and on disk; a draft that is not finished is removed.
///
/// The draft has its mode from its creation on and follows no symbolic link. It is locked while it is written, so that
/// the draft of another process is not mistaken for one that a crash left.
package final class AtomicFile: @unchecked Sendable {
  // Used by one task at a time; the descriptor is closed exactly once, by `deinit`.
  private let descriptor: Int32
  private var isFinished = false
  private let path: String
  /// The draft's path.
  package let draft: String

  /// Makes the draft; replaces one that a crash left.
  /// - Parameter draft: its path on the file's file system; by default beside the file.
  /// - Parameter waits: true to wait for another process that writes the file, instead of throwing.
  /// - Throws: ``FleetError`` with code `conflict` while another process writes the file.
  package init(_ path: String, mode: UInt32, draft: String? = nil, waits: Bool = false) throws(FleetError) {
    self.path = path
    let draft = draft ?? "\(path).draft"
    self.draft = draft
    descriptor = try Self.make(draft, for: path, mode: mode, waits: waits)
    // The process's umask may have removed permissions.
    fchmod(descriptor, mode)
  }

  deinit {
    if !isFinished, Self.isSame(descriptor, draft) { unsafe unlink(draft) }
    close(descriptor)
  }

  /// Writes more bytes.
  package func append(_ bytes: [UInt8]) throws(FleetError) {
    try Self.write(bytes, to: descriptor, of: path)
  }

  /// Extends the draft with zeros that take no space.
  package func extend(to bytes: Int64) throws(FleetError) {
    guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw Self.failure(of: path, errno) }
  }

  /// Syncs the bytes and puts the file in its place.
  /// - Parameter replaces: false to keep a file that exists.
  /// - Throws: ``FleetError`` with code `conflict` if such a file exists.
  package func finish(replaces: Bool = true) throws(FleetError) {
    guard fsync(descriptor) == 0 else { throw Self.failure(of: path, errno) }
    guard Self.isSame(descriptor, draft) else {
      throw FleetError(.conflict, "\(path.printable) is being written by another process", retryable: true)
    }
    guard replaces else {
      // Unlike a rename, a new link never replaces a file.
      guard unsafe link(draft, path) == 0 else { throw Self.failure(of: path, errno) }
      return try Self.syncDirectory(of: path)
    }
    guard unsafe Glibc.rename(draft, path) == 0 else { throw Self.failure(of: path, errno) }
    isFinished = true
    try Self.syncDirectory(of: path)
  }
}

extension AtomicFile {
  /// Writes a file atomically and durably; after an error the file is as it was.
  /// - Parameter draft: the draft's path on the file's file system; by default beside the file.
  package static func replace(
    _ path: String, with bytes: some Sequence<UInt8>, mode: UInt32 = 0o600, draft: String? = nil
  ) throws(FleetError) {
    let file = try AtomicFile(path, mode: mode, draft: draft, waits: true)
    try file.append(Array(bytes))
    try file.finish()
  }

  /// Renames a file that is on disk, over one that exists, and syncs the directory.
  package static func rename(_ file: String, to path: String) throws(FleetError) {
    guard unsafe Glibc.rename(file, path) == 0 else { throw failure(of: path, errno) }
    try syncDirectory(of: path)
  }

  /// Syncs the file's directory, so that a rename or removal is durable.
  package static func syncDirectory(of path: String) throws(FleetError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A directory that may be written but not read can't be synced.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems can't sync directories.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else { throw failure(of: path, errno) }
  }

  /// Writes all bytes to an open file; the path is for errors.
  package static func write(_ bytes: [UInt8], to descriptor: Int32, of path: String) throws(FleetError) {
    var written = 0
    while written < bytes.count {
      // SAFETY: the pointer lives as long as the call.
      let count = unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(of: path, errno) }
      written += count
    }
  }

  /// Makes and locks a draft.
  private static func make(_ draft: String, for path: String, mode: UInt32, waits: Bool) throws(FleetError) -> Int32 {
    // Another process may interfere between two steps, but not every time.
    for _ in 0..<100 {
      let left = unsafe open(draft, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      let isMissing = left < 0 && errno == ENOENT
      defer { if left >= 0 { close(left) } }
      // Only the holder of the lock may remove a draft; a draft that a crash left is not locked.
      guard left < 0 || lock(left, waits: waits) else { break }
      // What appears where nothing was is another process's draft.
      if !isMissing, left < 0 || isSame(left, draft) { unsafe unlink(draft) }
      let made = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if made < 0, errno == EEXIST { continue }
      guard made >= 0 else { throw failure(of: path, errno) }
      // Another process may have removed it before it was locked.
      if lock(made, waits: false), isSame(made, draft) { return made }
      close(made)
    }
    throw FleetError(.conflict, "\(path.printable) is being written by another process", retryable: true)
  }

  /// Locks an open file; false if another process has locked it. A signal does not end the wait.
  private static func lock(_ descriptor: Int32, waits: Bool) -> Bool {
    while flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      guard errno == EINTR else { return false }
    }
    return true
  }

  /// An error that says why a file can't be written.
  private static func failure(of path: String, _ number: Int32) -> FleetError {
    let code: FleetError.Code =
      switch number {
      case EACCES, EPERM, EROFS: .denied
      case EEXIST: .conflict
      case ENOENT, ENOTDIR: .precondition
      case ENOSPC, EDQUOT: .exhausted
      default: .internal
      }
    // SAFETY: the text is copied at once.
    let reason = unsafe String(cString: strerror(number))
    return FleetError(code, "\(path.printable) can't be written: \(reason)")
  }

  /// Whether a path still names an open file.
  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe lstat(path, &named) == 0 else { return false }
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }
}

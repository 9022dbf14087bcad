internal import Fleet
internal import Foundation

/// A file that Roost made, locked against every QEMU for the lifetime of this value.
///
/// QEMU locks what it opens: one byte from 100 on for each permission that it uses, and one from 200 on for each that
/// it does not share, with open file description locks. Corresponds to `RAW_LOCK_PERM_BASE` and `RAW_LOCK_SHARED_BASE`
/// in https://gitlab.com/qemu-project/qemu/-/blob/master/block/file-posix.c
final class HeldFile: Sendable {
  private static let ranges: [off_t] = [100, 200]
  private static let rangeLength: off_t = 64
  // Some C libraries define these constants only with feature macros that change more than that.
  private static let getLock: Int32 = 36  // F_OFD_GETLK
  private static let setLock: Int32 = 37  // F_OFD_SETLK

  let record: DiskRecords.Record
  private let descriptor: Int32

  /// Locks a file; blocks.
  /// - Returns: nil if there is no file, or another one than was made.
  /// - Throws: ``FleetError`` with code `precondition` if a process has it open; names the file, and the process if
  ///   known.
  init?(_ record: DiskRecords.Record) throws {
    let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    var opened = open(record.path, O_RDWR | flags)
    if opened < 0, [EACCES, EPERM, EROFS].contains(errno) { opened = open(record.path, O_RDONLY | flags) }
    guard opened >= 0 else {
      if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
      throw HostFile.failure("cannot be opened", record.path, errno)
    }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Inode(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) == record.identity
    else {
      close(opened)
      return nil
    }
    descriptor = opened
    self.record = record
    let users = OpenFiles.users(of: record.identity)
    guard users.isEmpty, Self.ranges.allSatisfy({ Self.lock(opened, from: $0) }) else {
      throw Self.isInUse(record.path, by: users)
    }
  }

  deinit { close(descriptor) }

  /// Removes the file, unless its path now names another one; blocks.
  func remove() throws {
    guard DiskRecords.record(of: record.path) == record else { return }
    let users = OpenFiles.users(of: record.identity)
    guard users.isEmpty else { throw Self.isInUse(record.path, by: users) }
    try HostFile.remove(record.path)
  }

  /// - Returns: false if another open file description has a lock there. True on a file system without locks.
  private static func lock(_ descriptor: Int32, from start: off_t) -> Bool {
    var wanted = flock()
    wanted.l_type = Int16(F_WRLCK)
    wanted.l_whence = Int16(SEEK_SET)
    wanted.l_start = start
    wanted.l_len = rangeLength
    if fcntl(descriptor, setLock, &wanted) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    guard errno == EBADF else { return true }
    // A file opened for reading can't be locked for writing, but its locks can be queried.
    guard fcntl(descriptor, getLock, &wanted) == 0 else { return true }
    return wanted.l_type == Int16(F_UNLCK)
  }

  private static func isInUse(_ path: String, by users: [OpenFiles.User]) -> FleetError {
    let who = users.first.map { "\($0.command.printable) (pid \($0.pid))" } ?? "a QEMU"
    return FleetError(
      .precondition, "the file \(path.printable) is in use by \(who), so it is not deleted",
      hint: users.first.map { "see what it is, on the host: ps -fp \($0.pid)" }
        ?? "see who has it, on the host: fuser -v \(path.printable)")
  }
}

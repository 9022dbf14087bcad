internal import Fleet
internal import Foundation
internal import Libvirt

/// Examines paths of the host on threads of its own: a share whose server is gone then blocks only these threads.
struct FileProbe: Sendable {
  private static let limit = Duration.seconds(5)
  private let pool: CallPool

  init(environment: AgentEnvironment) throws {
    pool = try CallPool(name: "file-look", threads: 2, queueLimit: 16, clock: environment.clock)
  }

  /// The status of each path, in their order.
  /// - Throws: ``FleetError`` with code `timedOut` if the file systems do not answer, `exhausted` if too many queries
  ///   wait.
  func look(at paths: [String]) async throws -> [FileStatus] {
    try await run("look at files") { paths.map(FileStatus.init(lookingAt:)) }
  }

  /// The size and the free space of the file system that holds a path; nil if there is no such path.
  /// - Throws: as ``look(at:)`` does, at once while an earlier look at that path has not returned.
  func space(at path: String) async throws -> (size: ByteCount, free: ByteCount)? {
    let name = "space of \(path)"
    guard !pool.load.stuck.contains(name) else {
      throw FleetError(.timedOut, "the file system has not answered yet", retryable: true)
    }
    return try await run(name) { HostFile.space(at: path) }
  }

  /// Examines a directory for disks.
  /// - Throws: as ``space(at:)`` does.
  func directory(at path: String) async throws -> DirectoryFinding {
    let name = "look at \(path)"
    guard !pool.load.stuck.contains(name) else {
      throw FleetError(.timedOut, "the file system has not answered yet", retryable: true)
    }
    return try await run(name) {
      DirectoryFinding(
        isThere: HostFile.isDirectory(path), isWritable: access(path, W_OK | X_OK) == 0,
        space: HostFile.space(at: path))
    }
  }

  private func run<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.run(name, within: Self.limit, body)
    } catch CallPoolError.timedOut {
      throw FleetError(
        .timedOut, "the file system does not answer within \(Self.limit)",
        hint: "on the host: look for a share whose server is gone, in /proc/mounts", retryable: true)
    } catch CallPoolError.queueFull {
      throw FleetError(.exhausted, "too many looks at files wait on this host", retryable: true)
    }
  }
}

/// A directory for disks.
struct DirectoryFinding: Sendable {
  var isThere = false
  /// True if the agent's user can write there.
  var isWritable = false
  /// The size and free space of its file system.
  var space: (size: ByteCount, free: ByteCount)?
}

extension FileStatus {
  /// Examines a path, links followed; blocks.
  fileprivate init(lookingAt path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let isNowhere = errno == ENOENT || errno == ENOTDIR
      self.init(path: path, kind: isNowhere ? .missing : .hidden)
      return
    }
    let identity = FileIdentity.of(status) ?? ""
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      self.init(path: path, kind: .regular, size: ByteCount(bytes: Int64(clamping: status.st_size)), identity: identity)
    case S_IFBLK: self.init(path: path, kind: .block, size: Self.deviceSize(path), identity: identity)
    case S_IFDIR: self.init(path: path, kind: .directory)
    default: self.init(path: path, kind: .other)
    }
  }

  /// The size of a block device, found by seeking to its end; 0 if it can't be opened.
  private static func deviceSize(_ path: String) -> ByteCount {
    let handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard handle >= 0 else { return .zero }
    defer { close(handle) }
    return ByteCount(bytes: Int64(clamping: max(0, lseek(handle, 0, Int32(SEEK_END)))))
  }
}

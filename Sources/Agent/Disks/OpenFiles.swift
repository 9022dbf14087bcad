internal import Foundation

/// Finds which processes of the host have a file open, as far as this process may look.
enum OpenFiles {
  /// A process with the file open.
  struct User: Hashable, Sendable {
    let pid: Int32
    /// The name of its program, cut by the kernel to 15 bytes.
    let command: String
  }

  /// The processes other than this one that have the file open, by number; blocks.
  static func users(of file: Inode, proc: String = "/proc") -> [User] {
    let own = getpid()
    return HostFile.names(in: proc).compactMap { Int32($0) }.sorted().filter { pid in
      pid != own && has("\(proc)/\(pid)/fd", file)
    }.map { pid in
      let name = HostFile.text("\(proc)/\(pid)/comm")?.split(separator: "\n").first.map(String.init)
      return User(pid: pid, command: name ?? "a process")
    }
  }

  /// The loop devices that the kernel makes of the file, such as `/dev/loop0`, sorted; no process has such a file open.
  static func loopDevices(of file: Inode, kernel: KernelFiles = KernelFiles()) -> [String] {
    kernel.names("/sys/block").filter { name in
      guard name.hasPrefix("loop"), let path = kernel.text("/sys/block/\(name)/loop/backing_file") else { return false }
      return DiskRecords.identity(of: path) == file
    }.map { "/dev/\($0)" }
  }

  private static func has(_ folder: String, _ file: Inode) -> Bool {
    guard let directory = opendir(folder) else { return false }
    defer { closedir(directory) }
    let descriptor = dirfd(directory)
    while let entry = readdir(directory) {
      var status = stat()
      let found = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 1) { fstatat(descriptor, $0, &status, 0) }
      }
      if found == 0, Inode(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) == file { return true }
    }
    return false
  }
}

/// Paths of a host, compared as text.
package enum FilePath {
  /// The path without doubled slashes and `.`: `/a//b/./c/` is `/a/b/c`.
  ///
  /// Keeps `..`, because behind a link it leads elsewhere than the text says.
  package static func normalised(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    // BOUNDED: a path, which has 4 KiB at most on the wire.
    return "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}

extension ObservedDisk {
  /// Keys of its data; two disks with the same data share one: its path, and its identity. Keys that begin with `id:`
  /// belong to one host, keys that begin with `net:` are the same everywhere.
  package var keys: Set<String> {
    var keys: Set<String> = []
    if !path.isEmpty { keys.insert(FilePath.normalised(path)) }
    if identity.hasPrefix("net:") { keys.insert(identity) } else if !identity.isEmpty { keys.insert("id:" + identity) }
    return keys
  }

  /// The keys that name the same data on another host.
  package var namesElsewhere: Set<String> { keys.filter { !$0.hasPrefix("id:") } }

  /// True for a disk that the guest may write to.
  package var isWritten: Bool {
    !readOnly && !(path.isEmpty && identity.isEmpty) && device != "cdrom" && device != "floppy"
  }
}

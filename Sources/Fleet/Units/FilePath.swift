/// Paths of a host as text, where nobody can look at the files.
package enum FilePath {
  /// The path without doubled slashes and without parts that stay in place: `/a//b/./c/` is `/a/b/c`.
  ///
  /// What goes up stays as it is, since behind a link it goes elsewhere than the text says.
  package static func normalised(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    // BOUNDED: a path, which has 4 KiB at most on the wire.
    return "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}

extension ObservedDisk {
  /// Names of its bytes, of which two disks with the same bytes share one: its path, and what it is whatever path leads
  /// there. Those that begin with `id:` are one host's, those that begin with `net:` are the same everywhere.
  package var keys: Set<String> {
    var keys: Set<String> = []
    if !path.isEmpty { keys.insert(FilePath.normalised(path)) }
    if identity.hasPrefix("net:") { keys.insert(identity) } else if !identity.isEmpty { keys.insert("id:" + identity) }
    return keys
  }

  /// Those of its names that mean the same bytes on another host, if anything there does.
  package var namesElsewhere: Set<String> { keys.filter { !$0.hasPrefix("id:") } }

  /// True for a disk that the guest may write to.
  package var isWritten: Bool {
    !readOnly && !(path.isEmpty && identity.isEmpty) && device != "cdrom" && device != "floppy"
  }
}

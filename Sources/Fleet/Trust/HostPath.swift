/// Absolute paths of hosts, compared as text.
public enum HostPath {
  /// The parts of an absolute path without `.` and empty ones; nil for a relative path and for one with `..`.
  public static func parts(of path: String) -> [Substring]? {
    guard path.hasPrefix("/"), path.utf8.count <= 4096, !path.contains("\0") else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }
    return parts.contains("..") ? nil : parts
  }

  /// True if a path lies below a directory; a directory is not below itself.
  public static func isBelow(_ path: String, _ directory: String) -> Bool {
    guard let path = parts(of: path), let directory = parts(of: directory) else { return false }
    return path.count > directory.count && path.starts(with: directory)
  }

  /// True if two texts name one path.
  public static func isSame(_ left: String, _ right: String) -> Bool {
    guard let left = parts(of: left), let right = parts(of: right) else { return false }
    return left == right
  }

  /// The directory that a path names something in.
  public static func parent(of path: String) -> String {
    "/" + (parts(of: path) ?? []).dropLast().joined(separator: "/")
  }
}

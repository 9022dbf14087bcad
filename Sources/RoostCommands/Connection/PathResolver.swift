/// Makes paths of a configuration file absolute.
struct PathResolver: Hashable, Sendable {
  /// Where relative paths start.
  let directory: String
  /// What `~/` stands for.
  let home: String

  /// The absolute path.
  func callAsFunction(_ path: String) -> String {
    if path.hasPrefix("~/") { return home + "/" + path.dropFirst(2) }
    return path.hasPrefix("/") || directory.isEmpty ? path : directory + "/" + path
  }

  /// The directory part of a path; empty without one.
  static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}

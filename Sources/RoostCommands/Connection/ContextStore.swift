internal import Fleet
internal import Foundation

/// Reads and writes `~/.config/roost/config.toml`.
struct ContextStore: Sendable {
  /// The file's path.
  let path: String
  /// The person's home directory.
  let home: String

  /// Finds the file by `XDG_CONFIG_HOME`, or `HOME`.
  init(environment: [String: String]) {
    home = environment["HOME"] ?? "/root"
    let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    path = "\(base)/roost/config.toml"
  }

  /// The file's text; empty if there is none.
  func text() throws(FleetError) -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "" }
    return try InputFile(path: path).text()
  }

  /// The contexts; none if there is no file.
  func load() throws(FleetError) -> ContextFile {
    let text = try text()
    return text.isEmpty ? .empty : try ContextFile(parsing: text, path: path, home: home)
  }

  /// Replaces the file, readable by its owner alone.
  func save(_ text: String) throws(FleetError) {
    try OutputFile.makeDirectory(PathResolver.directory(of: path))
    try OutputFile(path: path).replace(with: Array(text.utf8), mode: 0o600)
  }
}

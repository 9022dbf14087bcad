internal import Fleet
internal import Foundation

extension UserCreateCommand {
  /// The path from the root, so that a context finds the files from everywhere.
  static func absolute(_ path: String) throws(FleetError) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard !trimmed.isEmpty else { throw .usage("--out names no directory") }
    return PathResolver(directory: FileManager.default.currentDirectoryPath, home: "")(trimmed)
  }
}

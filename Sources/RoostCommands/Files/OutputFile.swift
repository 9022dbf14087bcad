internal import Fleet
internal import Foundation

/// A file that a command writes: whole, or not at all.
struct OutputFile: Sendable {
  /// Its path.
  let path: String

  /// Writes a new draft beside it and puts that in its place.
  func replace(with bytes: [UInt8], mode: mode_t) throws(FleetError) {
    let draft = try OutputDraft(of: path, mode: mode)
    try draft.append(bytes)
    try draft.finish()
  }

  /// Makes a directory and those above it, for its owner alone.
  static func makeDirectory(_ path: String) throws(FleetError) {
    guard !path.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FleetError(.denied, "cannot make the directory \(path.terminalSafe): \(error.localizedDescription)")
    }
  }
}

internal import Fleet
internal import Foundation

/// A file that the user names, or `-` for standard input.
struct InputFile: Sendable {
  /// The largest file that is read by default.
  static let limitBytes = 1 << 20

  /// Its path, or `-`.
  let path: String

  /// The name for messages.
  var label: String { path == "-" ? "standard input" : path.terminalSafe }

  /// The whole file as text.
  /// - Parameter limitBytes: the largest file.
  /// - Throws: ``FleetError``: `not_found`, `denied`, or `invalid` for a larger file and for text that is not UTF-8.
  func text(limitBytes: Int = InputFile.limitBytes) throws(FleetError) -> String {
    let handle = try open()
    defer { if path != "-" { try? handle.close() } }
    var bytes: [UInt8] = []
    do {
      while bytes.count <= limitBytes, let piece = try handle.read(upToCount: 1 << 16), !piece.isEmpty {
        bytes += piece
      }
    } catch {
      throw FleetError(.invalid, "cannot read \(label): \(error.localizedDescription.printable)")
    }
    guard bytes.count <= limitBytes else {
      throw FleetError(.invalid, "\(label) is larger than \(ByteCount(bytes: Int64(limitBytes)))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FleetError(.invalid, "\(label) is not UTF-8 text")
    }
    return text
  }

  /// A handle to read from.
  func open() throws(FleetError) -> FileHandle {
    if path == "-" { return .standardInput }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw FleetError(.notFound, "there is no file \(label)")
    }
    guard !isDirectory.boolValue else { throw FleetError(.invalid, "\(label) is a directory") }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FleetError(.denied, "cannot read \(label): permission denied")
    }
    return handle
  }

  /// Its size; nil if it is not a regular file.
  var size: Int64? {
    var facts = stat()
    guard path != "-", stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int64(facts.st_size)
  }
}

/// The directory of files that a command writes.
enum OutputDirectory {
  /// Makes a directory and its parents, with access only for the owner.
  static func make(_ path: String) throws(FleetError) {
    guard !path.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FleetError(.denied, "cannot make the directory \(path.terminalSafe): \(error.localizedDescription)")
    }
  }
}

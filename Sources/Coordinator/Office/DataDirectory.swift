import Fleet
import Foundation

/// Where a coordinator keeps what it must not lose.
public struct DataDirectory: Sendable {
  /// The directory itself, mode 0700.
  public let path: String

  /// Names the directory; nothing is made.
  public init(path: String) {
    self.path = path
  }

  /// The database.
  public var database: String { path + "/roost.db" }
  /// The lock that keeps a second coordinator out.
  public var lock: String { path + "/lock" }
  /// The socket that serves local administrators.
  public var socket: String { path + "/roost.sock" }
  /// The authority's certificate.
  public var authorityCertificate: String { path + "/ca.crt" }
  /// The authority's key, mode 0600.
  public var authorityKey: String { path + "/ca.key" }
  /// The coordinator's own certificate.
  public var certificate: String { path + "/coordinator.crt" }
  /// The coordinator's own key, mode 0600.
  public var key: String { path + "/coordinator.key" }
  /// The image library's files.
  public var images: String { path + "/images" }

  /// Makes the directory and its folders with mode 0700.
  /// - Throws: ``FleetError`` if it is not empty, or can't be made.
  func make() throws(FleetError) {
    let files = FileManager.default
    if let found = try? files.contentsOfDirectory(atPath: path), !found.isEmpty {
      throw FleetError(
        .conflict, "the data directory \(path) is not empty",
        hint:
          "give an empty or new directory, or start the coordinator it holds: roost-coordinator run --data-dir \(path)")
    }
    do {
      for folder in [path, images] {
        try files.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
      try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    } catch {
      throw FleetError(.internal, "the data directory \(path) can't be made: \(error.localizedDescription)")
    }
  }

  /// Writes a file that appears whole or not at all.
  func write(_ text: String, to file: String, mode: Int) throws(FleetError) {
    let draft = file + ".new"
    do {
      let created = FileManager.default.createFile(
        atPath: draft, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
      guard created else { throw CocoaError(.fileWriteUnknown) }
      guard rename(draft, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      throw FleetError(.internal, "\(file) can't be written")
    }
  }

  /// Reads a file of the directory.
  func read(_ file: String) throws(FleetError) -> String {
    guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) else {
      throw FleetError(
        .precondition, "\(file) can't be read",
        hint: "make a coordinator first: roost-coordinator init --data-dir \(path)")
    }
    return text
  }
}

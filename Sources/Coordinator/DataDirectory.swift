import Fleet
import Foundation

/// The directory with everything that a coordinator must not lose.
package struct DataDirectory: Sendable {
  /// The directory itself, mode 0700.
  package let path: String

  /// Names the directory; makes nothing.
  package init(path: String) {
    self.path = path
  }

  /// The database.
  package var database: String { path + "/roost.db" }
  /// The lock that keeps a second coordinator out.
  package var lock: String { path + "/lock" }
  /// The socket that serves local administrators.
  package var socket: String { path + "/roost.sock" }
  /// The authority's certificate.
  package var authorityCertificate: String { path + "/ca.crt" }
  /// The authority's key, mode 0600.
  package var authorityKey: String { path + "/ca.key" }
  /// The authority's list of revoked certificates, to be kept with its certificate and key.
  package var revocations: String { path + "/ca.crl" }
  /// True if that list exists.
  package var hasRevocations: Bool { FileManager.default.fileExists(atPath: revocations) }
  /// The coordinator's own certificate.
  package var certificate: String { path + "/coordinator.crt" }
  /// The coordinator's own key, mode 0600.
  package var key: String { path + "/coordinator.key" }
  /// The image library's files.
  package var images: String { path + "/images" }

  /// Makes the directory and its subdirectories with mode 0700.
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

  /// Removes what an initialization made that failed before there was a database.
  func removeUnfinished() {
    guard access(database, F_OK) != 0 else { return }
    for file in [authorityCertificate, authorityKey] { unlink(file) }
    rmdir(images)
  }

  /// Refuses a directory that other users may read, because it has the authority's key.
  /// - Throws: ``FleetError`` with code `denied`.
  func checkMode() throws(FleetError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
    throw FleetError(
      .denied, "the data directory \(path) is open to others, and holds the fleet's keys",
      hint: "chmod 0700 \(path.shellQuoted)")
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

package import Fleet
import Foundation
import PKI
package import Store

/// Rebuilds a lost database from the authority's files and from what agents will report.
package struct DatabaseRebuilder: Sendable {
  /// What no host can report, one item each.
  package static let unknowable = [
    "tombstones and operations under way: whoever wants a VM deleted asks again",
    "events and the results of earlier requests",
    "join tokens; of certificates, which were revoked, unless ca.crl is there",
    "MAC addresses reserved by hand, and quarantines",
    "the image library's records; the files in images/ are untouched",
    "labels, closed hosts, and what a VM's spec had besides its document",
    "hosts that do not come back, and VMs that carry no mark of this fleet",
  ]

  let directory: DataDirectory
  let clock: any WallClock
  let random: any RandomSource

  /// Prepares to rebuild in a data directory; changes nothing yet.
  package init(directory: DataDirectory, clock: any WallClock, random: any RandomSource) {
    self.directory = directory
    self.clock = clock
    self.random = random
  }

  /// Makes a database that has only the fleet's record; its coordinator adds hosts and VMs as their agents report.
  /// - Parameters:
  ///   - name: the fleet's name; nil for the one in the authority's certificate.
  ///   - listen: the address that agents have stored; nil for the host in the coordinator's own certificate and the
  ///     default port.
  ///   - macPrefix: the prefix of the default MAC pool; nil for a new one, until settling has seen the marks.
  /// - Throws: ``FleetError``: `precondition` while a coordinator runs or without the authority's files, `conflict` if
  ///   there is a database, `invalid` for an address or a prefix that can't be used.
  package func rebuild(name: String?, listen: ListenAddress?, macPrefix: String?) async throws -> FleetRecord {
    let lock = try DataDirectoryLock(directory: directory.path)
    defer { withExtendedLifetime(lock) {} }
    umask(0o077)
    let authority = try directory.authorities().pair.present
    guard !FileManager.default.fileExists(atPath: directory.database) else {
      throw FleetError(
        .conflict, "there is a database at \(directory.database)",
        hint: "if it is really lost, move it away first; a backup is better: roost-coordinator restore")
    }
    guard let id = authority.certificate.authorityFleetID.flatMap({ FleetID($0) }) else {
      throw FleetError(.precondition, "\(directory.authorityCertificate) is no fleet's authority")
    }
    let record = try record(id, name ?? Self.name(in: authority.certificate), try listen ?? address(), macPrefix)
    try FileManager.default.createDirectory(
      atPath: directory.images, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let now = clock.now()
    let store = try FleetStore.create(at: directory.database, identity: record)
    try await store.commit { transaction in
      try transaction.settle(at: now, reason: "its database was lost and is made anew", isRebuild: true)
      try transaction.appendEvent(
        at: now, kind: .coordinatorRebuilt, subject: "coordinator",
        message: "the database was made anew; hosts and VMs come back as their agents report")
    }
    try store.close()
    return record
  }

  private func record(
    _ id: FleetID, _ name: String, _ listen: ListenAddress, _ macPrefix: String?
  ) throws -> FleetRecord {
    try NameRule.checked(name, of: "fleet")
    if let macPrefix { _ = try MACPool(name: "default", prefix: macPrefix) }
    return FleetRecord(
      id: id, name: name, createdAt: clock.now(), incarnation: Incarnation(from: random), epoch: 0,
      linkAddress: listen.description, enrolmentAddress: try listen.next().description,
      macPrefix: macPrefix ?? FleetInitializer.macPrefix(random), vncFirst: 5900, vncLast: 32767,
      quarantineSeconds: 7 * 86400)
  }

  /// The fleet's name in the authority's certificate.
  private static func name(in certificate: Certificate) -> String {
    let words = (certificate.commonName ?? "").split(separator: " ")
    return words.count == 2 && words[0] == "Roost" ? String(words[1]) : "fleet"
  }

  private func address() throws -> ListenAddress {
    guard let pem = try? directory.read(directory.certificate), let own = try? Certificate(pem: pem),
      let host = own.addresses.first
    else {
      throw FleetError(
        .invalid, "the address that agents connect to is not known",
        hint: "give it: --listen HOST:PORT, as link_address in an agent's identity.json has it")
    }
    return ListenAddress(host: host, port: FleetInitializer.usualPort)
  }
}

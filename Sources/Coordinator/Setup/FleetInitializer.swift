package import Fleet
import PKI
import Platform
package import Store

/// Makes a new fleet: data directory, authority, coordinator's certificate, database.
package struct FleetInitializer: Sendable {
  /// Ten years, in seconds.
  static let authorityLifetime: Int64 = 10 * 365 * 86400

  /// The default port of the agent link.
  static let usualPort = 7440

  let directory: DataDirectory
  let clock: any WallClock
  let random: any RandomSource

  /// Prepares to initialise a fleet in a directory.
  package init(directory: DataDirectory, clock: any WallClock, random: any RandomSource) {
    self.directory = directory
    self.clock = clock
    self.random = random
  }

  /// Initialises a fleet; `listen` is the agent link's `HOST:PORT`, the enrolment port is the next one. `vncPorts` is
  /// the range of VNC ports.
  /// - Returns: the new fleet.
  /// - Throws: ``FleetError`` with code `invalid` for a bad address or name, `conflict` if the directory is in use.
  package func initialize(
    name: String, listen: ListenAddress, vncPorts: ClosedRange<Int> = FleetRecord.usualPorts
  ) throws -> FleetRecord {
    try NameRule.checked(name, of: "fleet")
    // Agents get this address, so it must be one that they can reach.
    guard !listen.isWildcard, IPAddress.isAddress(listen.host) || listen.host == "localhost" else {
      throw FleetError(
        .invalid, "\(listen.host) is not an address that agents can be sent to",
        hint: "give this machine's IP address on the hosts' network: --listen 10.0.0.5:7440")
    }
    let enrolment = try listen.next()
    try directory.make()
    let now = clock.now()
    let id = FleetID(from: random)
    let authority = try CertificateAuthority.create(
      fleetID: id.description, name: "Roost \(name)", now: now.seconds, lifetimeSeconds: Self.authorityLifetime,
      random: SystemRandom())
    let record = FleetRecord(
      id: id, name: name, createdAt: now, incarnation: Incarnation(from: random), epoch: 0,
      linkAddress: listen.description, enrolmentAddress: enrolment.description,
      macPrefix: Self.macPrefix(random),
      vncFirst: vncPorts.lowerBound, vncLast: vncPorts.upperBound, quarantineSeconds: 7 * 86400)
    do {
      try AtomicFile.replace(directory.authorityCertificate, with: authority.certificate.pem.utf8, mode: 0o644)
      try AtomicFile.replace(directory.authorityKey, with: authority.key.pem().utf8)
      try FleetStore.create(at: directory.database, identity: record).close()
    } catch {
      // Leaves the directory empty, so that the same command can be given again.
      directory.removeUnfinished()
      throw error
    }
    return record
  }

  /// A locally administered prefix of two random bytes, so that two fleets on one network differ.
  static func macPrefix(_ random: any RandomSource) -> String {
    let bytes = random.next()
    return "02:\(Hexadecimal.text(bytes & 0xFF, digits: 2)):\(Hexadecimal.text(bytes >> 8 & 0xFF, digits: 2))"
  }
}

internal import Fleet
internal import Libvirt

/// One connection to libvirt and the one thread that calls on it.
///
/// One thread only: in clients before libvirt 10.4 two threads that wait on one connection, or one and the client's
/// keepalive, can write to a stack frame that is gone (CVE-2024-4418), and Debian 12 ships 9.0. Several calls at a
/// time have several lanes, and a silent daemon is found by asking it.
struct LibvirtLane: Sendable {
  let connection: Connection
  private let pool: CallPool

  /// Opens the connection; blocks.
  init(uri: String, name: String, ambient: Ambient) throws {
    connection = try Connection.open(uri: uri)
    pool = try CallPool(name: name, threads: 1, queueLimit: 512, clock: ambient.ticks)
  }

  /// How many calls it has, stuck ones among them.
  var load: Int {
    let load = pool.load
    return load.running + load.waiting
  }

  /// Runs a call, for so long at most.
  func run<Value: Sendable>(
    _ name: String, within limit: Duration, _ body: @escaping @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    let connection = connection
    return try await pool.run(name, within: limit) { try body(connection) }
  }
}

import Fleet
import FleetTestKit
import GRDB

@testable import Store

/// A fleet's database in a directory of its own, which goes when the value goes.
final class TemporaryFleet: Sendable {
  private let home: TemporaryDirectory
  let path: String
  let store: FleetStore

  init(hosts: [Host] = [.sample()]) async throws {
    home = try TemporaryDirectory()
    path = home.path + "/fleet.sqlite"
    store = try FleetStore.create(at: path, identity: .sample)
    try await store.commit { transaction in
      for host in hosts { try transaction.insertHost(host) }
    }
  }

  deinit {
    try? store.close()
  }

  var directory: String { home.path }

  /// Makes a VM with its addresses, as the coordinator does.
  func create(_ vm: ManagedVM, at: Timestamp = .sample) async throws {
    try await store.commit { try $0.create(vm, at: at) }
  }

  /// Closes the store and lets somebody do what they like to the file by SQL.
  func raw<Value>(foreignKeys: Bool = true, _ body: (Database) throws -> Value) throws -> Value {
    try store.close()
    return try Self.raw(path, foreignKeys: foreignKeys, body)
  }

  /// Opens any database file and does what `body` likes to it.
  static func raw<Value>(
    _ path: String, foreignKeys: Bool = true, _ body: (Database) throws -> Value
  ) throws -> Value {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = foreignKeys
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let value = try queue.inDatabase(body)
    try queue.close()
    return value
  }
}

extension FleetTransaction {
  /// Inserts a VM with its addresses and an event, as the coordinator does.
  func create(
    _ vm: ManagedVM, placedBy decision: PlacementDecision? = nil, at: Timestamp = .sample
  ) throws {
    try insertVM(vm, placedBy: decision)
    for mac in vm.allocations.macs { try allocateMAC(mac, to: vm, source: "pool", at: at) }
    if let port = vm.allocations.vncPort { try allocatePort(port, to: vm, at: at) }
    try appendEvent(at: at, kind: .vmPlaced, subject: vm.spec.name, message: "it is made")
  }

  /// Removes a VM and releases its addresses, as the coordinator does.
  func destroy(_ id: VMID, at: Timestamp, quarantineSeconds: Int64 = 60) throws {
    try releaseMACs(of: id, at: at, quarantineUntil: at.adding(seconds: quarantineSeconds))
    try releasePorts(of: id, at: at)
    try removeVM(id)
  }
}

extension FleetRecord {
  static let sample = FleetRecord(
    id: .sample(1), name: "test", createdAt: .sample, incarnation: .sample(2), epoch: 0,
    linkAddress: "10.0.0.1:7443", enrolmentAddress: "10.0.0.1:7444", macPrefix: "02:ab:cd", vncFirst: 5900,
    vncLast: 32767, quarantineSeconds: 7 * 86400)
}

extension ManagedVM {
  /// The n-th VM of a test, with a name, an address and a port of its own.
  static func numbered(_ number: Int, vcpus: Int = 1, memory: ByteCount = .gibibytes(1), disk: ByteCount = .zero)
    -> Self
  {
    .sample(
      .sample("vm-\(number)", vcpus: vcpus, memory: memory, disk: disk), id: .sample(UInt64(number)),
      firstMAC: UInt64(number), vncPort: 5900 + number)
  }
}

extension MACAddress {
  /// `02:00:00:00:00:00` and so on.
  static func numbered(_ number: UInt64) throws -> MACAddress {
    guard let mac = MACAddress(number: 0x0200_0000_0000 + number) else { throw FleetError(.invalid, "no MAC") }
    return mac
  }
}

extension FleetStore {
  /// What the writer connection answers to `PRAGMA`s.
  func pragmas(_ names: [String]) async throws -> [String] {
    try await pool.writeWithoutTransaction { database in
      try names.map { try Row.fetchOne(database, sql: "SELECT CAST(\($0) AS TEXT) FROM pragma_\($0)")?[0] ?? "" }
    }
  }
}

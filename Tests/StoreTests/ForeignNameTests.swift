import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

@Suite("VMs that were made elsewhere")
struct ForeignNameTests {
  @Test("keep the name that people know them by, through the database and back")
  func kept() async throws {
    let fleet = try await TemporaryFleet()
    var vm = ManagedVM.sample()
    vm.spec.name = "Home Assistant (Küche)"
    vm.spec.document = "<domain/>"
    vm.spec.nics[0].source = .carried("direct")
    vm.spec.disks = [DiskSpec(device: .floppy, bus: "fdc", target: "fda", source: .document, isShareable: true)]
    vm.constraints.needs = [HostNeed(.tpm, "emulator", for: "its TPM")]
    let given = vm
    try await fleet.store.commit { try $0.adopt(given, at: .sample) }
    #expect(try await fleet.store.read { try $0.vms() } == [given])
  }

  @Test("never have a line break, a slash or nothing for a name", arguments: ["a\nb", "a/b", "", "a\u{7f}"])
  func refused(name: String) async throws {
    let fleet = try await TemporaryFleet()
    var vm = ManagedVM.sample()
    vm.spec.name = name
    let given = vm
    await #expect(throws: (any Error).self) { try await fleet.store.commit { try $0.adopt(given, at: .sample) } }
  }

  @Test("the table keeps every other rule")
  func otherRules() async throws {
    let fleet = try await TemporaryFleet()
    try fleet.raw { database in
      let sql = try String.fetchOne(database, sql: "SELECT sql FROM sqlite_schema WHERE name = 'vms'") ?? ""
      for rule in ["BETWEEN 1 AND 255", "vcpus BETWEEN 1 AND 4096", "json_extract(spec, '$.name') IS name"] {
        #expect(sql.contains(rule), "\(rule) is gone")
      }
    }
  }
}

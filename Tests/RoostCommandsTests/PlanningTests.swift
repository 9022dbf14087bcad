import Fleet
import Foundation
import Scheduling
import Testing

@testable import RoostCommands

/// Plans on a fleet that stands in a file: no coordinator is there to be asked.
@Suite("Planning without a fleet")
struct PlanningTests {
  private static let fleet = """
    hosts:
      - {name: h1, vcpus: 8, memory: 16GiB, disk: 100GiB, cpu_ratio: 4.0, memory_ratio: 1.0,
         reserved_memory: 0GiB, labels: {rack: a}, networks: [br0], arch: [x86_64], state: ready}
      - {name: h2, vcpus: 8, memory: 16GiB, disk: 100GiB, cpu_ratio: 4.0, labels: {rack: b}, networks: [br0]}
    vms:
      - {name: web-1, host: h1, vcpus: 2, memory: 4GiB, disk: 20GiB, group: web, state: running}
      - {name: big, host: h1, vcpus: 2, memory: 8GiB, disk: 20GiB}
    rules:
      - {apart: web}
      - {apart_by: {group: web, label: rack}}
    """

  private static let vm = """
    name: web-2
    memory: 4GiB
    disks: [10GiB]
    networks: [br0]
    group: web
    """

  /// Writes files, and runs a command in their folder's terms.
  private func run(_ words: String..., fleet: String = fleet) async throws -> (status: Int32, desk: Desk) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "roost-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(fleet.utf8).write(to: folder.appending(path: "fleet.yaml"))
    try Data(Self.vm.utf8).write(to: folder.appending(path: "vm.yaml"))
    let desk = Desk()
    let paths = words.map { $0.hasSuffix(".yaml") ? folder.appending(path: $0).path : $0 }
    return (await desk.run(words: paths), desk)
  }

  private func json(_ desk: Desk) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(desk.output.text.utf8)) as? [String: Any])
  }

  @Test("place names the host, its score and terms, and who refused")
  func place() async throws {
    let (status, desk) = try await run("place", "-f", "vm.yaml", "--fleet", "fleet.yaml", "-o", "json")
    #expect(status == 0)
    let answer = try json(desk)
    #expect(answer["host"] as? String == "h2")
    #expect(answer["score"] is Double)
    let ranking = try #require(answer["ranking"] as? [[String: Any]])
    #expect(Set(try #require(ranking.first).keys) == ["host", "score", "terms"])
    let refused = try #require(answer["refused"] as? [[String: String]])
    #expect(refused == [["host": "h1", "rule": "apart", "detail": "1 of group \"web\" is on h1"]])
  }

  @Test("fit counts, says why not more, and ends with 5 if none fits")
  func fit() async throws {
    let words = ["--vcpus", "2", "--memory", "4GiB", "--disk", "10GiB"]
    let (status, desk) = try await run(
      "fit", "--fleet", "fleet.yaml", words[0], words[1], words[2], words[3], "-o", "json")
    #expect(status == 0)
    let answer = try json(desk)
    #expect(answer["count"] as? Int == 5)
    #expect(answer["survive"] as? Int == 0)
    #expect(answer["elapsed_seconds"] is Double)
    #expect((answer["per_host"] as? [[String: Any]])?.map { $0["count"] as? Int } == [1, 4])
    let limits = try #require(answer["limited_by"] as? [[String: String]])
    #expect(limits[0] == ["host": "h1", "rule": "memory", "detail": "wants 4GiB, 0B of 16GiB is free"])
    let none = try await run("fit", "--fleet", "fleet.yaml", "--vcpus", "2", "--memory", "40GiB")
    #expect(none.status == 5)
    let survive = try await run(
      "fit", "--fleet", "fleet.yaml", "--vcpus", "2", "--memory", "4GiB", "--survive", "1", "-o", "json")
    #expect(try json(survive.desk)["count"] as? Int == 1)
    let sizes = try await run("fit", "--fleet", "fleet.yaml", "--size", "large=4:8GiB:10GiB", "--size", "small=1:1GiB")
    #expect(sizes.desk.output.text.contains("large fits") && sizes.desk.output.text.contains("small fits"))
    #expect(try await run("fit", "--fleet", "fleet.yaml").status == 64)
    #expect(try await run("fit", "--fleet", "none.yaml", "--vcpus", "1", "--memory", "1GiB").status == 3)
  }

  @Test("balance plan and drain name every move")
  func moves() async throws {
    let (status, desk) = try await run("balance", "plan", "--fleet", "fleet.yaml", "-o", "json")
    #expect(status == 0)
    let answer = try json(desk)
    let moves = try #require(answer["moves"] as? [[String: Any]])
    #expect(moves.map { $0["vm"] as? String } == ["web-1"])
    #expect(Set(["vm", "from", "to", "why"]).isSubset(of: try #require(moves.first).keys))
    let (before, after) = (answer["score_before"] as? Double ?? 0, answer["score_after"] as? Double ?? 9)
    #expect(before > after)
    let drain = try await run("host", "drain", "h1", "--plan", "--fleet", "fleet.yaml")
    #expect(drain.status == 0)
    #expect(drain.desk.output.text == "big    goes to h2\nweb-1  goes to h2\n")
    #expect(try await run("host", "drain", "h1", "--fleet", "fleet.yaml").status == 64)
    #expect(try await run("host", "drain", "h9", "--plan", "--fleet", "fleet.yaml").status == 3)
  }

  @Test(
    "a wrong key, value or name is refused by its line",
    arguments: [
      ("reserved_memory", "reservd_memory", "3: unknown key \"reservd_memory\" of a host"),
      ("state: ready", "state: redy", "3: state is \"redy\""),
      ("host: h1, vcpus: 2, memory: 8GiB", "host: h3, vcpus: 2, memory: 8GiB", "7: VM \"big\" is on host \"h3\""),
      ("name: big", "name: web-1", "7: two VMs are named \"web-1\""),
      ("name: h2", "name: h1", "4: two hosts are named \"h1\""),
      ("apart_by: {group: web, label: rack}", "apart_by: {group: web}", "10: label is missing"),
      ("- {apart: web}", "- {appart: web}", "9: unknown key \"appart\" of a rule"),
      ("memory: 4GiB", "memory: 4Gib2", "6: memory: \"4Gib2\" is not a size"),
    ])
  func wrong(_ old: String, _ new: String, _ message: String) async throws {
    let text = Self.fleet.replacing(old, with: new)
    let (status, desk) = try await run("balance", "plan", "--fleet", "fleet.yaml", fleet: text)
    #expect(status == 64)
    #expect(desk.errors.text.contains(message), "\(desk.errors.text)")
  }

  @Test("what only a file's fleet knows is not sent to a coordinator")
  func online() async throws {
    let (status, desk) = try await run("create", "-f", "vm.yaml")
    #expect(status == 64)
    #expect(desk.errors.text.contains("only plans with --fleet FILE know them"))
  }

  @Test("a fleet that was exported reads back as it was")
  func exported() throws {
    let host = HostSummary(
      name: "h2", id: Samples.id(7), state: .cordoned, reason: "", seenAt: nil,
      capacity: HostCapacity(vcpus: 8, memory: .gibibytes(16), disk: .gibibytes(100), cpuRatio: 1.5),
      reserved: Reservation(vcpus: 3, memory: .gibibytes(6), disk: .gibibytes(30)), vms: 2, acceleration: "kvm",
      checksPassed: 1, checksWarned: 0, checksFailed: 0, labels: ["rack": "a"])
    let fleet = try FleetFile(FleetFile.tree(hosts: [host], vms: [Samples.web]).yaml, file: "export")
    let read = try #require(fleet.hosts.first)
    #expect(read.capacity == host.capacity && read.reserved == host.reserved && read.state == .cordoned)
    #expect(read.labels == host.labels && read.vms.map(\.name) == ["web-1"])
  }
}

import Fleet
import Foundation
import Platform
import Testing

@testable import RoostCommands

/// Small things that people type.
@Suite("Words")
struct WordsTests {
  @Test("lengths of time", arguments: [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("7d", 604_800)])
  func spans(text: String, seconds: Int64) throws {
    #expect(try DurationText.seconds(text) == seconds)
  }

  @Test(
    "what is no length of time", arguments: ["", "0", "-1", "s", "1y", "1mm", "9223372036854775808", "366d", "1.5h"])
  func badSpans(text: String) {
    #expect(throws: FleetError.self) { try DurationText.seconds(text) }
  }

  @Test(
    "moments",
    arguments: [
      ("2h", "2026-12-31T10:00:00Z"), ("today", "2026-12-31T00:00:00Z"), ("yesterday", "2026-12-30T00:00:00Z"),
      ("2026-11-29", "2026-11-29T00:00:00Z"), ("2026-11-29T10:00:00Z", "2026-11-29T10:00:00Z"),
    ])
  func moments(text: String, moment: String) throws {
    #expect(try Moment.read(text, at: Samples.noon).description == moment)
  }

  @Test("what is no moment", arguments: ["", "h", "2026-13-45", "soon", "99999999999999999999d"])
  func badMoments(text: String) {
    #expect(throws: FleetError.self) { try Moment.read(text, at: Samples.noon) }
  }

  @Test(
    "where a local display listens",
    arguments: [
      ("127.0.0.1:0", "127.0.0.1", 0), ("127.0.0.1", "127.0.0.1", 0), ("0.0.0.0:5999", "0.0.0.0", 5999),
      ("[::1]:7", "::1", 7), ("[::1]", "::1", 0),
    ])
  func listening(text: String, address: String, port: Int) throws {
    let found = try VNCCommand.address(text)
    #expect(found.address == address && found.port == port)
  }

  @Test(
    "an image is called after its file",
    arguments: [
      ("/srv/debian-12.qcow2", "debian-12"), ("a.iso", "a"), ("plain", "plain"), ("archive.tar", "archive.tar"),
    ])
  func imageNames(path: String, name: String) {
    #expect(ImageImportCommand.name(of: path) == name)
  }

  @Test("device names follow the bus and are given once")
  func targets() {
    var names = DiskTargetNames(taken: ["vda"])
    #expect(names.next(for: "virtio") == "vdb")
    #expect(names.next(for: "ide") == "hda")
    #expect(names.next(for: "sata") == "sda")
    #expect(names.next(for: "scsi") == "sdb")
  }

  @Test("a progress label names verb, VM and step")
  func label() {
    var operation = FleetOperation(
      id: Samples.id(1), kind: .create, subject: "web-1", hostID: nil, host: "h1",
      steps: [
        OperationStep(name: "provision", state: .running, detail: "copying", fraction: 0.5),
        OperationStep(name: "start"),
      ], createdAt: Samples.noon)
    #expect(OperationWait.label(of: operation) == "create web-1: provision (copying)")
    #expect(operation.fraction == 0.25)
    operation.steps = []
    #expect(OperationWait.label(of: operation) == "create web-1")
    #expect(operation.fraction == nil)
  }

  @Test("a file in the place of a name and - in the place of a file are refused")
  func files() async {
    for (line, hint) in [("create web.yaml", "roost create -f web.yaml"), ("backup -", "roost backup FILE")] {
      let shell = TestShell()
      #expect(await shell.run(words: line.split(separator: " ").map { String($0) }) == 64)
      #expect(shell.errors.text.hasSuffix("hint: \(hint)\n"))
    }
  }

  @Test("a backup replaces no database that is in use, not even by force")
  func backupOverDatabase() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backup-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = folder.path + "/roost.db"
    for file in [database, database + "-wal"] { try Data("SQLite".utf8).write(to: URL(fileURLWithPath: file)) }
    let shell = TestShell()
    #expect(await shell.run("backup", "--force", database) == 4)
    #expect(shell.errors.text.contains("is a database that a program has open"))
    #expect(try String(contentsOfFile: database, encoding: .utf8) == "SQLite")
  }

  @Test("who stops waiting is told of the operation, and that is no error")
  func detached() {
    let failure = FleetError(.detached, "detached; the operation 1 goes on", hint: "come back: roost op wait 1")
    let text = ErrorReport(error: failure).text(Colors(isOn: false))
    #expect(text == "note: detached; the operation 1 goes on\nhint: come back: roost op wait 1\n")
    #expect(ExitStatus(failure.code) == .timedOut)
  }

  @Test("the help of settings keeps its lines at eighty columns", arguments: ["policy set", "set"])
  func help(verb: String) async {
    let shell = TestShell()
    #expect(await shell.run(words: ["help"] + verb.split(separator: " ").map { String($0) }) == 0)
    // The parser writes its line of usage whole.
    let lines = shell.output.text.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
    #expect(lines.contains { $0.contains("survive=0|1|2") || $0.contains("group=NAME") })
    #expect(lines.allSatisfy { String($0).displayWidth <= 80 })
  }
}

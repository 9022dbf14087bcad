import Fleet
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
}

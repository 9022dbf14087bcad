import Fleet
import RoostAPI
import RoostProto
import Testing

/// What no peer of ours would send is refused by the name of its field.
@Suite("Bad messages")
struct BadMessageTests {
  private func refusal<Value: MessageDecodable>(_ type: Value.Type, _ message: Value.Message) -> FleetError? {
    do {
      _ = try Value(message)
      return nil
    } catch {
      return error
    }
  }

  @Test("a wrong UUID is named by its field")
  func uuid() {
    var message = Roost_V1_Action()
    message.id = "not-a-uuid"
    #expect(refusal(AgentAction.self, message)?.message == "the field id is not a UUID: \"not-a-uuid\"")
  }

  @Test("a field deep inside is named by its whole path")
  func path() {
    var disk = RandomValues(seed: 1).disk().message
    disk.sizeBytes = 1 << 63
    var spec = Roost_V1_VMSpec()
    spec.acceleration = "none"
    spec.disks = [RandomValues(seed: 2).disk().message, disk]
    var order = Roost_V1_Provision()
    order.spec = spec
    order.fleetID = "00000000-0000-4000-8000-000000000001"
    order.vmID = order.fleetID
    let error = refusal(ProvisionRequest.self, order)
    #expect(error?.code == .invalid)
    #expect(error?.message == "the field spec.disks[1].size_bytes is too large: 9223372036854775808")
  }

  @Test("an unknown word is answered with the known ones")
  func word() {
    var message = RandomValues(seed: 3).image().message
    message.format = "vmdk"
    #expect(
      refusal(Image.self, message)?.message == "the field format is \"vmdk\"; it is one of qcow2, raw, iso")
  }

  @Test("a missing part is said to be missing")
  func missing() {
    #expect(refusal(NICSpec.self, Roost_V1_NICSpec())?.message == "the field source is missing")
  }

  @Test("what a newer coordinator tells or asks is refused as such")
  func newer() {
    var action = Roost_V1_Action()
    action.id = "00000000-0000-4000-8000-000000000001"
    #expect(refusal(AgentAction.self, action) == .olderAgent)
    var query = Roost_V1_Query()
    query.id = action.id
    #expect(refusal(HostQuery.self, query) == .olderAgent)
  }

  @Test("what an agent of the first release does not know is told by its age")
  func firstRelease() throws {
    var result = Roost_V1_ActionResult()
    result.actionID = "00000000-0000-4000-8000-000000000001"
    result.failure.code = "invalid"
    result.failure.message = "the field work is missing"
    #expect(try ActionResult(result).failure == .olderAgent)
    var answer = Roost_V1_Answer()
    answer.queryID = result.actionID
    answer.failure.code = "invalid"
    answer.failure.message = "the field content is missing"
    #expect(try HostAnswer(answer).result == .failure(.olderAgent))
    answer.failure.message = "the field paths is missing"
    #expect(try HostAnswer(answer).result == .failure(FleetError(.invalid, "the field paths is missing")))
  }

  @Test("numbers out of range are refused", arguments: [-1, Int64.min, Int64.max, 253_402_300_800_000])
  func moments(milliseconds: Int64) {
    var message = RandomValues(seed: 4).image().message
    message.createdAt = milliseconds
    #expect(refusal(Image.self, message)?.message.contains("created_at") == true)
  }

  @Test("a port above 65535 and a MAC of five bytes are refused")
  func addresses() {
    var port = Roost_V1_PortEntry()
    port.port = 65536
    port.state = "allocated"
    #expect(refusal(PortEntry.self, port)?.message == "the field port is not a TCP port: 65536")
    var allocations = Roost_V1_Allocations()
    allocations.macs = ["02:00:00:00:00:01", "02:00:00:00:00"]
    #expect(refusal(Allocations.self, allocations)?.message.contains("macs[1]") == true)
  }

  @Test("a question names absolute paths, and not too many")
  func paths() {
    func refused(_ paths: [String]) -> String? {
      var query = Roost_V1_Query()
      query.id = "00000000-0000-4000-8000-000000000001"
      query.files.paths = paths
      return refusal(HostQuery.self, query)?.message
    }
    #expect(refused(["/a", "b"]) == "the field files.paths[1] is not an absolute path: \"b\"")
    #expect(refused(["/a\0b"])?.contains("is not an absolute path") == true)
    #expect(refused(["/" + String(repeating: "x", count: 4096)])?.contains("is too long") == true)
    #expect(refused(Array(repeating: "/a", count: 65))?.contains("64 are the most") == true)
  }

  @Test("control characters of a peer do not reach an error's text")
  func control() {
    var message = Roost_V1_AddressOwner()
    message.vmID = "\u{1B}[2Jevil"
    #expect(refusal(AddressOwner.self, message)?.message.contains("\u{1B}") == false)
  }
}

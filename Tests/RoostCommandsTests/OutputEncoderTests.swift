import Fleet
import Testing

@testable import RoostCommands

@Suite("a noun as JSON shows it")
struct OutputEncoderTests {
  private struct Noun: Encodable {
    var name = "a"
    var startVCPUs: Int?
    var imageID: String? = "b"
    var memory = ByteCount.mebibytes(1)
    var limit: ByteCount?
    var mac = MACAddress(number: 1)
    var share: Double? = 0.5
    var isSet: Bool? = true
    var pools = ["Fast One": ByteCount.mebibytes(2), "a": .zero]
    var words = [BootDevice.disk]
    var none: [Int] = []
    var inner: [VNCSpec] = [VNCSpec()]
  }

  @Test("keys are in snake_case with units, absent is null, keys of maps stay")
  func keys() {
    #expect(
      OutputValue(Noun()).compactJSON
        == #"{"name":"a","start_vcpus":null,"image_id":"b","memory_bytes":1048576,"limit_bytes":null,"#
        + #""mac":"00:00:00:00:00:01","share":0.5,"is_set":true,"pools":{"Fast One":2097152,"a":0},"words":["hd"],"#
        + #""none":[],"inner":[{"listen":"127.0.0.1","keymap":null}]}"#)
  }

  @Test("a decision's own keys stand behind the host that it comes to")
  func decision() {
    let refusals = [Refusal(host: "h1", rule: "memory", detail: "wants 4GiB")]
    let ranking = [PlacementDecision.Ranked(host: "h2", score: 2, terms: ["b": 0.5, "Aged Ones": 1.5])]
    #expect(
      PlacementDecision(ranking: ranking, refused: refusals, others: 3).outputValue.compactJSON
        == #"{"host":"h2","score":2.0,"ranking":[{"host":"h2","score":2.0,"terms":{"Aged Ones":1.5,"b":0.5}}],"#
        + #""refused":[{"host":"h1","rule":"memory","detail":"wants 4GiB"}],"others":3}"#)
  }

  @Test("a spec is shown by the keys it always had")
  func spec() {
    var spec = VMSpec(
      name: "web-1", vcpus: 2, memory: .gibibytes(1),
      disks: [DiskSpec(target: "vda", source: .overlay(ImageRef(name: "tiny")), size: .gibibytes(1))],
      nics: [NICSpec(source: .bridge("br0"), mac: MACAddress(number: 5))], labels: ["Tier One": "a"])
    spec.document = "<domain/>"
    #expect(
      spec.outputValue.compactJSON
        == #"{"name":"web-1","title":null,"vcpus":2,"start_vcpus":null,"memory_bytes":1073741824,"#
        + #""start_memory_bytes":null,"#
        + #""arch":"x86_64","machine":null,"acceleration":"preferred","disks":[{"device":"disk","bus":"virtio","#
        + #""target":"vda","format":"qcow2","source":"overlay","image":"tiny","image_id":null,"path":null,"#
        + #""size_bytes":1073741824}],"nics":[{"network":null,"bridge":"br0","model":null,"#
        + #""mac":"00:00:00:00:00:05"}],"vnc":{"listen":"127.0.0.1","keymap":null},"serial_console":true,"#
        + #""boot_order":["hd"],"labels":{"Tier One":"a"},"document_bytes":9}"#)
  }
}

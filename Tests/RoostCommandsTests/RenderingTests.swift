import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf
import Testing

@testable import RoostCommands

/// The formats of a listing, letter by letter.
@Suite("Rendering")
struct RenderingTests {
  private let plain = Colors(isOn: false)

  @Test("a table aligns its columns and says how old doubtful states are")
  func table() {
    let expected = """
      NAME           HOST  STATE                      VCPUS  MEMORY   VNC  IP             NOTE
      web-1          h2    running                        2    4GiB  5901  192.168.122.7  -
      old\\u{1b}[31m  h1    stopped? (seen 4 min ago)      1  512MiB     -  -              unmanaged

      """
    #expect(Samples.vms.render(as: .table, colors: plain) == expected)
  }

  @Test("a table without header has the same rows")
  func headless() {
    let lines = Samples.vms.render(as: .table, colors: plain, header: false).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("web-1  "))
  }

  @Test("wide adds the columns that a table leaves out")
  func wide() {
    let text = Samples.vms.render(as: .wide, colors: plain)
    for part in ["MANAGED", "02:16:3e:00:00:01", "app=shop, one,role=web", "00000000-0000-4000-8000-000000000001"] {
      #expect(text.contains(part))
    }
  }

  @Test("JSON has exactly the contract's fields, bytes as integers and times in RFC 3339")
  func json() {
    let expected = """
      {
        "name": "web-1",
        "id": "00000000-0000-4000-8000-000000000001",
        "host": "h2",
        "state": "running",
        "certainty": "current",
        "seen_at": "2026-12-31T12:00:00Z",
        "managed": true,
        "vcpus": 2,
        "memory_bytes": 4294967296,
        "arch": "x86_64",
        "nics": [
          {
            "mac": "02:16:3e:00:00:01",
            "network": "default",
            "bridge": "virbr0",
            "ips": [
              "192.168.122.7"
            ],
            "addresses": [
              {
                "ip": "192.168.122.7",
                "source": "lease"
              }
            ]
          }
        ],
        "vnc": {
          "host": "h2",
          "address": "127.0.0.1",
          "port": 5901,
          "type": "port"
        },
        "labels": {
          "app": "shop, one",
          "role": "web"
        },
        "reason": null,
        "conflicts": [],
        "duplicates": [],
        "twins": [],
        "notes": [],
        "saved": false,
        "host_name": null,
        "doubt": null
      }
      """
    #expect(Samples.web.outputValue.json() == expected)
  }

  @Test("a display on a socket has a type and no port, for people and for programs")
  func socket() throws {
    var vm = Samples.web
    vm.vnc = VMSummary.Display(host: "h2", port: nil)
    let listing = View.listing(VMSummary.listing([vm], at: Samples.noon))
    let row = listing.render(as: .table, colors: plain, header: false)
    #expect(row.contains("4GiB  socket  192.168.122.7"))
    let json = vm.outputValue.json()
    for part in [#""address": null"#, #""port": null"#, #""type": "socket""#] { #expect(json.contains(part)) }
    let message = Roost_V1_GetVMResponse.with { $0.vm = vm.message }
    let text = View.detail(try VMDetail(message).view(at: Samples.noon)).render(as: .table, colors: plain)
    #expect(text.contains("a socket on h2"))
    #expect(CreateReport.sentence(vm) == "web-1 is running on h2, VNC on a socket")
  }

  @Test("JSON of a listing is an array, also of nothing")
  func array() {
    #expect(View.listing(VMSummary.listing([], at: Samples.noon)).render(as: .json, colors: plain) == "[]\n")
    #expect(Samples.vms.render(as: .json, colors: plain).hasPrefix("[\n  {\n"))
  }

  @Test("JSON escapes what a terminal would obey and keeps every letter")
  func escapes() {
    #expect(OutputValue.text("a\u{1B}[2J\"\\\n\u{202E}é虚").compactJSON == #""a\u001b[2J\"\\\n\u202eé虚""#)
    #expect(OutputValue.number(.nan).compactJSON == "null")
    #expect(OutputValue.number(0.5).compactJSON == "0.5")
  }

  @Test("YAML quotes whatever could be read as something else")
  func yaml() {
    let outputValue = OutputValue.object([
      "name": .text("web-1"), "answer": .text("yes"), "version": .text("1.0"), "text": .text("a: b"),
      "empty": .list([]), "none": .null, "list": .list([.object(["a": .integer(1), "b": .flag(true)]), .text("x")]),
      "inner": .object(["deep": .object(["key": .text("")])]),
    ])
    let expected = """
      name: web-1
      answer: "yes"
      version: "1.0"
      text: "a: b"
      empty: []
      none: null
      list:
        - a: 1
          b: true
        - x
      inner:
        deep:
          key: ""

      """
    #expect(outputValue.yaml == expected)
  }

  @Test("CSV quotes commas, has every column, and raw values that a spreadsheet can sort")
  func csv() {
    let lines = Samples.vms.render(as: .csv, colors: plain).split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(
      lines[0] == "name,host,state,certainty,vcpus,memory_bytes,vnc,ip,managed,mac,network,arch,labels,id,seen_at,note")
    #expect(
      lines[1] == "web-1,h2,running,current,2,4294967296,5901,192.168.122.7,yes,02:16:3e:00:00:01,default,x86_64,"
        + "\"app=shop, one,role=web\",00000000-0000-4000-8000-000000000001,2026-12-31T12:00:00Z,")
    #expect(lines.count == 4)
  }

  @Test("show says where each disk is: a path, a URL, or in QEMU's arguments")
  func places() throws {
    func disk(_ target: String, _ path: String = "", _ identity: String = "", bus: String = "sata") -> ObservedDisk {
      ObservedDisk(device: "disk", target: target, path: path, format: "raw", bus: bus, identity: identity)
    }
    var domain = ObservedDomain(id: .init(UniqueID(high: 1, low: 1)), name: "x", state: .stopped, seenAt: Samples.noon)
    domain.saved = DomainConfiguration(disks: [
      disk("sda", "/srv/a.qcow2"), disk("sdb", "", "net:https:mirror.example:443//iso/a\u{1B}.iso"), disk("sdc"),
      disk("sdd", "", "volume:pool/disk-1"), disk("sde", "", "net:rbd:m1:6789,m2:/pool/x"),
      disk("", "/srv/by-hand", bus: ObservedDisk.emulatorArgument),
      disk("sdf", "", "net:http:m://" + String(repeating: "x", count: 2000) + "end"),
    ])
    var message = Roost_V1_GetVMResponse.with { $0.vm = Samples.web.message }
    message.observed = domain.message
    let text = View.detail(try VMDetail(message).view(at: Samples.noon)).render(as: .table, colors: plain)
    for line in [
      "sda  disk  /srv/a.qcow2 (raw)", "sdb  disk  https://mirror.example:443/iso/a\\u{1b}.iso (raw)",
      "sdc  disk  empty (raw)", "sdd  disk  volume disk-1 of pool pool (raw)",
      "sde  disk  rbd://m1:6789,m2/pool/x (raw)", "in QEMU's arguments  disk  /srv/by-hand (raw)",
    ] { #expect(text.contains(line), "\(line) in \(text)") }
    let long = try #require(text.split(separator: "\n").first { $0.contains("sdf") })
    #expect(long.count < 400 && long.hasSuffix("xend (raw)") && long.contains("http://m/xxx"))
  }

  @Test(
    "CSV has no cell of the network that a spreadsheet takes for a formula",
    arguments: [
      ("=1+1", "\"'=1+1\""), ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""), ("-2+3", "\"'-2+3\""),
      ("@SUM(A1)", "\"'@SUM(A1)\""), ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""), ("＝1", "\"'＝1\""),
      ("a;=1+1", "\"a;=1+1\""), ("-1.5", "-1.5"), ("+3e2", "+3e2"), ("web-1", "web-1"), ("", ""), ("a=b", "a=b"),
    ])
  func formula(_ text: String, _ field: String) {
    let row = Listing.Row(
      name: text, cells: [.init(text), .init("", raw: .text(text)), .init("", raw: .integer(-5))], outputValue: .null)
    let listing = Listing(columns: [.init("A"), .init("B"), .init("C")], rows: [row], empty: "")
    #expect(View.listing(listing).render(as: .csv, colors: plain, header: false) == "\(field),\(field),-5\r\n")
    let detail = Detail(name: text, lines: [], outputValue: .object(["name": .text(text), "number": .integer(-5)]))
    #expect(View.detail(detail).render(as: .csv, colors: plain, header: false) == "\(field),-5\r\n")
  }

  @Test("names stand one a line, without control characters")
  func names() {
    #expect(Samples.vms.render(as: .name, colors: plain) == "web-1\nold\\u{1b}[31m\n")
  }

  @Test("no format lets a control character of the network through", arguments: OutputFormat.allCases)
  func control(format: OutputFormat) {
    let text = Samples.vms.render(as: format, colors: plain)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\r" || $0.value == 0x7F })
  }

  @Test("a decision shows every host's reasons")
  func decision() {
    let expected = """
      web-2 goes to  h2
        h2           score 1.75 (memory 1.25, vcpus 0.5)
        h1           memory: wants 4GiB, 1GiB of 8GiB is free

      """
    #expect(View.detail(Samples.decision.view(of: "web-2")).render(as: .table, colors: plain) == expected)
  }

  @Test("a decision's JSON has the contract's fields, and null where no host fits")
  func decisionJSON() {
    #expect(
      Samples.decision.outputValue.compactJSON
        == #"{"host":"h2","score":1.75,"ranking":[{"host":"h2","score":1.75,"terms":{"memory":1.25,"vcpus":0.5}}],"#
        + #""refused":[{"host":"h1","rule":"memory","detail":"wants 4GiB, 1GiB of 8GiB is free"}]}"#)
    #expect(
      PlacementDecision(ranking: [], refused: []).outputValue.compactJSON
        == #"{"host":null,"score":null,"ranking":[],"refused":[]}"#)
  }

  @Test("the progress bar fits into the terminal")
  func bar() {
    #expect(ProgressBar.line("create x", fraction: 0.5, columns: 40) == "create x [###########...........] 50%")
    #expect(ProgressBar.line("create x", fraction: nil, columns: 5) == "crea")
    for columns in 0...100 {
      #expect(ProgressBar.line("create a-long-name", fraction: 2, columns: columns).count <= max(0, columns - 1))
    }
  }

  @Test("East Asian letters take two columns")
  func width() {
    #expect("虚拟".displayWidth == 4)
    #expect("e\u{301}x".displayWidth == 2)
  }
}

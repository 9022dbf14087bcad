import Fleet
import Testing

@testable import RoostCommands

/// What a YAML file of VMs means, and how it is refused.
@Suite("VM files")
struct VMFileTests {
  private func refusal(_ text: String) -> FleetError? {
    do throws(FleetError) {
      _ = try VMFile.requests(text, file: "vm.yaml")
      return nil
    } catch {
      return error
    }
  }

  @Test("every key is understood")
  func everything() throws {
    let text = """
      name: web-1
      title: "Küche: front end"
      vcpus: 2
      memory: 4GiB
      arch: x86_64
      machine: q35
      acceleration: required
      image: debian
      disks:
        - 20GiB
        - {size: 1GiB, bus: scsi, target: sdx, format: raw}
        - {image: data, copy: true}
        - {path: /srv/old.qcow2, existing: true}
      cdrom: installer
      networks:
        - default
        - {bridge: br0, mac: "02:16:3e:00:00:01", model: e1000}
      vnc: {listen: 0.0.0.0, keymap: de}
      serial: false
      boot: [disk, network]
      labels: {role: web, "version": 1}
      host: h2
      policy: pack
      start: no
      """
    let order = try #require(try VMFile.requests(text, file: "vm.yaml").first)
    let spec = order.spec
    #expect(spec.vcpus == 2 && spec.memory == .gibibytes(4) && spec.machine == "q35")
    #expect(spec.title == "Küche: front end")
    #expect(spec.acceleration == .required)
    #expect(
      spec.disks == [
        DiskSpec(target: "vda", source: .overlay(ImageRef(name: "debian")), size: .gibibytes(20)),
        DiskSpec(bus: "scsi", target: "sdx", format: .raw, source: .blank, size: .gibibytes(1)),
        DiskSpec(target: "vdb", source: .copy(ImageRef(name: "data"))),
        DiskSpec(target: "vdc", source: .existing, path: "/srv/old.qcow2"),
        DiskSpec(
          device: .cdrom, bus: "sata", target: "sda", format: .raw, source: .medium(ImageRef(name: "installer"))),
      ])
    #expect(
      spec.nics == [
        NICSpec(source: .network("default")),
        NICSpec(source: .bridge("br0"), model: "e1000", mac: Samples.mac("02:16:3e:00:00:01")),
      ])
    #expect(spec.vnc == VNCSpec(listen: "0.0.0.0", keymap: "de"))
    #expect(!spec.serialConsole)
    #expect(spec.bootOrder == [.disk, .network])
    #expect(spec.labels == ["role": "web", "version": "1"])
    #expect(order.host == "h2" && order.strategy == .pack && !order.start)
  }

  @Test("a name alone means the same as on the command line")
  func defaults() throws {
    let order = try #require(try VMFile.requests("name: x", file: "vm.yaml").first)
    #expect(order == VMRequest(spec: try VMSpecBuilder(name: "x").spec(), takesDefaultVNC: true))
  }

  @Test("a title that is no line of text is refused with its place")
  func title() {
    let error = refusal("name: x\ntitle: \"a\\nb\"\n")
    #expect(error?.code == .invalid)
    let message = error?.message ?? ""
    #expect(message.contains(#"the title "a\u{a}b" is empty or has a line end"#), "\(message)")
    #expect(message.hasPrefix("vm.yaml:"))
    #expect(refusal("name: x\ntitle: [a]\n")?.message == "vm.yaml:2: title is not a single value")
  }

  @Test("each document is a VM")
  func documents() throws {
    let requests = try VMFile.requests("name: a\n---\nname: b\nvnc: false\n", file: "vm.yaml")
    #expect(requests.map(\.spec.name) == ["a", "b"])
    #expect(requests[1].spec.vnc == nil)
  }

  @Test(
    "an error names the line and, where it can, what was meant",
    arguments: [
      ("name: x\nmemry: 1GiB", "vm.yaml:2: unknown key \"memry\" of a VM", "did you mean \"memory\"?"),
      (
        "name: x\ndisks:\n  - {szie: 1GiB}", "vm.yaml:3: unknown key \"szie\" of a disk", "did you mean \"size\"?"
      ),
      ("name: x\nvcpus: many", "vm.yaml:2: vcpus is \"many\"; it is a whole number", ""),
      ("name: x\nvcpus: {a: 1}", "vm.yaml:2: vcpus is not a single value", ""),
      ("vcpus: 1", "vm.yaml:1: name is missing", ""),
      (
        "name: x\nacceleration: require",
        "vm.yaml:2: acceleration is \"require\"; it is one of required, preferred, none",
        "did you mean \"required\"?"
      ),
      ("name: x\nserial: maybe", "vm.yaml:2: serial is \"maybe\"; it is true or false", ""),
      ("name: x\nnetworks: default", "vm.yaml:2: networks is not a list", ""),
      ("- name: x", "vm.yaml:1: a VM is not a mapping of keys and values", ""),
      ("hello", "vm.yaml:1: a VM is not a mapping of keys and values", ""),
      (
        "name: x\nnetworks: [{bridge: a, network: b}]", "vm.yaml:2: an interface has a network or a bridge, not both",
        ""
      ),
      ("name: [bad\nvcpus: 1\n", "vm.yaml:2: did not find expected ',' or ']'", ""),
      (
        "name: ok\n---\nname: x\nmemory: 9223372036854775808",
        "vm.yaml:4: memory: the size \"9223372036854775808\" is too large", ""
      ),
    ])
  func errors(text: String, message: String, hint: String) {
    let error = refusal(text)
    #expect(error?.code == .invalid)
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  @Test(
    "what is no VM file is refused",
    arguments: [
      "", "---\n", "name: x\nname: y", "name: \"a\\u0007b\"", "name: ../x", "name: x\nmemory: 0", "name: x\nvcpus: -1",
      "\u{0}\u{1}PNG", "name: x\nboot: [floppy]", "name: x\nlabels: [a]", "name: x\ndisks: [{copy: true}]",
      "name: x\ndisks: [{path: ../x, existing: true}]", "name: x\nnetworks: [{mac: 'ff:ff:ff:ff:ff:ff', bridge: b}]",
      "? [a]\n: b", "name: &a [*a]", "name: x\nvnc: {listen: everywhere}", "<<: {name: x}",
    ])
  func refusals(text: String) {
    #expect(refusal(text)?.code == .invalid)
  }

  @Test("a bomb of aliases, deep nesting and a thousand disks are refused at once")
  func bombs() {
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, before) in zip("bcdefghij", "abcdefghi") {
      bomb += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 8).joined(separator: ", ") + "]\n"
    }
    #expect(refusal(bomb)?.code == .invalid)
    #expect(refusal(String(repeating: "[", count: 100_000))?.code == .invalid)
    #expect(refusal(String(repeating: "- ", count: 100_000))?.code == .invalid)
    #expect(refusal("name: x\ndisks: [" + String(repeating: "1GiB, ", count: 1000) + "1GiB]")?.code == .invalid)
  }

  @Test("a file says which display a VM has; one that does not takes the fleet's")
  func displays() throws {
    func order(_ vnc: String) throws -> VMRequest {
      try #require(try VMFile.requests("name: x\n\(vnc)", file: "vm.yaml").first)
    }
    for (text, display) in [
      ("vnc: port", VNCSpec()), ("vnc: true", VNCSpec()), ("vnc: socket", VNCSpec(isSocket: true)),
      ("vnc: none", nil), ("vnc: false", nil), ("vnc: {keymap: de}", VNCSpec(keymap: "de")),
      ("vnc: {type: socket, keymap: de}", VNCSpec(keymap: "de", isSocket: true)),
      ("vnc: {type: port, listen: \"::1\"}", VNCSpec(listen: "::1")),
    ] as [(String, VNCSpec?)] {
      let order = try order(text)
      #expect(order.spec.vnc == display && !order.takesDefaultVNC, "\(text)")
    }
    for text in ["", "vnc:", "vnc: ~"] {
      let order = try order(text)
      #expect(order.takesDefaultVNC && order.spec.vnc == VNCSpec(), "\(text)")
    }
    for text in [
      "vnc: sockets", "vnc: {type: socket, listen: 127.0.0.1}", "vnc: {type: none}", "vnc: {type: spice}",
      "vnc: [port]",
    ] {
      #expect(throws: FleetError.self, "\(text)") { try order(text) }
    }
  }

  @Test("show prints a file of which create makes the same VM under another name")
  func roundTrip() throws {
    let texts = [
      "name: x", "name: x\nvnc: socket", "name: x\nvnc: none", "name: x\nvnc: {type: socket, keymap: de}",
      "name: x\nvnc: false\nnetworks: []\nserial: false\narch: aarch64\ncdrom: ''",
      """
      name: x
      vcpus: 2
      memory: 1073741825
      machine: q35
      acceleration: none
      image: debian
      disks:
        - 20GiB
        - {size: 1GiB, bus: scsi, target: sdx, format: raw}
        - {image: data, copy: true}
        - {path: /srv/old.qcow2, existing: true}
      cdrom: installer
      networks: [default, {bridge: br0, mac: "02:16:3e:00:00:01", model: e1000}, {network: lan, model: virtio}]
      vnc: {listen: 0.0.0.0, keymap: de}
      boot: [network, cdrom]
      labels: {role: "yes", "1": "a: b"}
      groups: [web, shop]
      require: {rack: [a, b], ssd: ""}
      pinned: true
      devices: {gpu: 1}
      pools: {fast: 100GiB}
      huge_page: 2MiB
      vlans: [7]
      """,
    ]
    for text in texts {
      var wanted = try #require(try VMFile.requests(text, file: "vm.yaml").first)
      // The coordinator keeps which image a name meant.
      var kept = wanted.spec
      for index in kept.disks.indices {
        guard case .overlay(let image) = kept.disks[index].source else { continue }
        kept.disks[index].source = .overlay(ImageRef(id: Samples.id(7), name: image.name))
      }
      let written = try VMFile.text(of: kept, asking: wanted.constraints, host: "h1")
      wanted.spec.name = "y"
      // The file says what the fleet's default was when the VM was made.
      wanted.takesDefaultVNC = false
      for index in wanted.spec.nics.indices { wanted.spec.nics[index].mac = nil }
      let copied = written.replacing("name: x\n", with: "name: \"y\"\n")
      #expect(try VMFile.requests(copied, file: "copy.yaml") == [wanted])
    }
  }

  @Test("a VM with a document of its own has no such file, and is told how to be copied")
  func unwritable() throws {
    var spec = try VMSpecBuilder(name: "x").spec()
    spec.document = "<domain/>"
    let refusal = #expect(throws: FleetError.self) { try VMFile.text(of: spec, asking: .init(), host: "h1") }
    #expect(refusal?.code == .precondition)
    #expect(refusal?.hint.contains("virsh dumpxml x on h1: roost import") == true)
    spec.document = nil
    spec.disks = [DiskSpec(target: "vda", source: .document)]
    #expect(throws: FleetError.self) { try VMFile.text(of: spec, asking: .init(), host: "h1") }
  }
}

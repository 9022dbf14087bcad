import Testing

@testable import DomainXML

@Suite("Disks that only QEMU's arguments name")
struct PassedThroughDiskTests {
  private func disks(_ arguments: [String]) throws -> [PassedThroughDisk] { try document(arguments).passedThroughDisks }

  private func document(_ arguments: [String]) throws -> DomainDocument {
    let lines = arguments.map { argument in
      let text = argument.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("'", with: "&apos;")
      return "<q:arg value='\(text)'/>"
    }
    let text = Fixture.small("<q:commandline>\(lines.joined())</q:commandline>")
      .replacing("<domain type", with: "<domain xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0' type")
    return try DomainDocument(parsing: text)
  }

  @Test(
    "each way to name one is read: its path, its format, whether it is written",
    arguments: [
      (["-drive", "file=/srv/a.qcow2,format=qcow2,if=virtio"], "/srv/a.qcow2", "qcow2", false),
      (["-drive", "if=none,file=/srv/a,,b.raw"], "/srv/a,b.raw", nil, false),
      (["--drive", "file=file:/srv/a=b.raw,format=raw,readonly=on"], "/srv/a=b.raw", "raw", true),
      (["-drive", "file.driver=file,file.filename=/srv/a"], "/srv/a", nil, false),
      (["-drive", "file=/srv/a.iso,media=cdrom"], "/srv/a.iso", nil, true),
      (["-drive", #"file=json:{"driver":"qcow2",,"file":{"filename":"/srv/a"}}"#], "/srv/a", "qcow2", false),
      (["-blockdev", "driver=file,node-name=f,filename=/srv/a"], "/srv/a", nil, false),
      (["-blockdev", #"{"driver":"raw", "file":{"driver":"file","filename":"/srv/\u0061"}}"#], "/srv/a", "raw", false),
      (["-blockdev", #"{"read-only":true,"driver":"file","filename":"/srv/a"}"#], "/srv/a", nil, true),
      (["-hda", "/srv/a"], "/srv/a", nil, false), (["-cdrom", "/srv/a"], "/srv/a", nil, true),
      (["-S", "/srv/a"], "/srv/a", nil, false), (["srv/a"], "/srv/a", nil, false),
      (["-set", "drive.d0.file=/srv/a"], "/srv/a", nil, false),
    ] as [([String], String, String?, Bool)])
  func named(_ arguments: [String], _ path: String, _ format: String?, _ isReadOnly: Bool) throws {
    let found = try disks(["-name", "x"] + arguments)
    #expect(found.map(\.path) == [path] && found.first?.format == format && found.first?.isReadOnly == isReadOnly)
  }

  @Test(
    "a mark that combines with what divides a text hides nothing",
    arguments: [
      (["-blockdev", "{\"driver\":\"file\",\"filename\":\"\u{301}srv/a\"}"], "/\u{301}srv/a"),
      (["-blockdev", "{\"x\":\"\u{301}\",\"filename\":\"/srv/a\"\u{301}}"], "/srv/a"),
      (["-blockdev", "{\u{301}\"filename\":\"/srv/a\"}"], "/srv/a"),
      (["-drive", "if=none,\u{301}x=y,file=/srv/a"], "/srv/a"), (["-drive", "file=\u{301}a"], "/\u{301}a"),
      (["-drive", "file=/\u{301}a"], "/\u{301}a"), (["-drive", "file=file:\u{301}a"], "/\u{301}a"),
      (["-drive", "file=json:{\u{301}\"driver\":\"raw\",,\"filename\":\"/srv/a\"}"], "/srv/a"),
    ] as [([String], String)])
  func marks(_ arguments: [String], _ path: String) throws {
    #expect(try disks(arguments).map { $0.path.map { Array($0.utf8) } } == [Array(path.utf8)])
  }

  @Test(
    "the strings of an object are read as QEMU reads them",
    arguments: [
      (#"{'filename':'/srv/"a"'}"#, "/srv/\"a\""), (#"{"filename":"\/srv\/it's"}"#, "/srv/it's"),
      (#"{"filename":"/srv/\ud83d\ude00"}"#, "/srv/\u{1F600}"), (#"{"filename":"/srv/\uD83D"}"#, "/srv/\u{FFFD}"),
      (#"{"filename":"/srv/\ud83dx"}"#, "/srv/\u{FFFD}x"), (#"{"filename":"/srv/\ud83d\u0061"}"#, "/srv/\u{FFFD}a"),
      (#"{"filename":"/srv/\ude00"}"#, "/srv/\u{FFFD}"), (#"{"filename":"/srv/\u12"}"#, "/srv/\u{FFFD}12"),
      (#"{"filename":"/srv/\u+123"}"#, "/srv/\u{FFFD}+123"), (#"{"filename":"/srv/a\"b\\"}"#, #"/srv/a"b\"#),
    ])
  func strings(_ object: String, _ path: String) throws {
    #expect(try disks(["-blockdev", object]).map(\.path) == [path])
  }

  @Test("what lies beneath one, or behind a guest's memory, is named too")
  func beneath() throws {
    let layered =
      #"{"driver":"qcow2","file":{"filename":"/srv/top"},"backing":{"driver":"qcow2","file":{"filename":"/srv/base"}}}"#
    let memory = "memory-backend-file,id=m,size=1G,mem-path=/srv/nvdimm.img"
    let found = try disks(["-blockdev", layered, "-object", memory])
    #expect(found.map(\.path) == ["/srv/top", nil] && found.map(\.beneath) == [["/srv/base"], ["/srv/nvdimm.img"]])
  }

  @Test("a host must have the file of a drive; one behind memory is made at the start")
  func required() throws {
    let found = try document(["-drive", "file=/srv/a", "-object", "memory-backend-file,mem-path=/dev/shm/m,id=m"])
    #expect(found.requirements.filter { $0.kind == .file }.map(\.value) == ["/srv/a"])
  }

  @Test(
    "what names no file of the host gives no disk",
    arguments: [
      ["-drive", "file=nbd:localhost:10809"], ["-drive", "file=https://example.org/a.iso"], ["-drive", ""],
      ["-blockdev", "driver=qcow2,file=node0"], ["-device", "virtio-blk,drive=d"], ["-drive", "file="],
      ["-blockdev", "{"],
      ["-kernel", "/boot/vmlinuz"], ["-serial", "file:/tmp/log"], ["-drive", "file=/dev/fdset/1"], ["-"], [],
      ["-blockdev", String(repeating: #"{"a":"#, count: 10_000) + #""filename":"/x""#],
    ])
  func others(_ arguments: [String]) throws {
    #expect(try disks(["-msg", "timestamp=on"] + arguments).allSatisfy { $0.path == "/-" })
  }

  @Test("a name longer than any of QEMU's is passed over, and what follows is read")
  func longName() throws {
    let long = String(repeating: "k", count: 100_000)
    let pairs = (0..<1000).map { "\"f\($0)\":\"\"" }.joined(separator: ",")
    let text = "{\"\(long)\":{\(pairs)},\"driver\":\"file\",\"filename\":\"/srv/a\"}"
    #expect(EmulatorOptions(text).values.map(\.key) == ["driver", "filename"])
    #expect(try disks(["-blockdev", text]).map(\.path) == ["/srv/a"])
  }
}

import DomainXML
import Foundation
import Testing

@Suite("What a document asks of its host")
struct PrivilegeTests {
  /// A line for each privilege of each document in `Fixtures/privileges` and of the seed-like ones beside it.
  private static func lines() throws -> String {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/privileges")
    let all = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let names = all.filter { $0.hasSuffix(".xml") }.sorted()
    var texts = try names.map { (name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    for name in ["annotated", "live-guest", "rich"] { texts.append((name + ".xml", try Fixture.text(name))) }
    return try texts.map { name, text in
      let found = try DomainDocument(parsing: text).privileges
      let list = found.map { "  \($0.kind.rawValue)  \($0.subject)  \($0.place)\($0.format.map { "  \($0)" } ?? "")\n" }
      return name + "\n" + list.joined()
    }.joined()
  }

  @Test("every document of the fixtures asks what the golden file says")
  func golden() throws {
    let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/privileges/golden.txt")
    let lines = try Self.lines()
    if ProcessInfo.processInfo.environment["ROOST_RECORD"] == "1" {
      try lines.write(to: place, atomically: true, encoding: .utf8)
      Issue.record("recorded \(place.lastPathComponent)")
    }
    #expect(lines == (try? String(contentsOf: place, encoding: .utf8)))
  }

  private func kinds(_ devices: String, _ lines: String = "<memory unit='MiB'>64</memory>") throws -> [String] {
    try DomainDocument(parsing: Fixture.small(lines, devices: devices)).privileges.map {
      "\($0.kind.rawValue) \($0.subject)"
    }
  }

  @Test(
    "what a plain guest is made of asks for nothing",
    arguments: [
      "<controller type='pci' model='pcie-root'><model name='x'/><target chassis='1' port='0x10'/></controller>",
      "<serial type='pty'><source path='/dev/pts/4'/><target port='0'><model name='isa-serial'/></target></serial>",
      "<console type='pty' tty='/dev/pts/4'><target type='serial' port='0'/></console>",
      "<channel type='unix'><source mode='bind' path='/run/libvirt/qemu/channel/5-a/org.qemu'/></channel>",
      "<graphics type='vnc' port='5900' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>",
      "<graphics type='vnc'><listen type='socket'/></graphics>",
      "<graphics type='vnc'><listen type='none'/></graphics>",
      "<interface type='bridge'><source bridge='br0'/><backend tap='/dev/net/tun' vhost='/dev/vhost-net'/></interface>",
      "<rng model='virtio'><rate bytes='1024'/><backend model='random'>/dev/hwrng</backend></rng>",
      "<rng model='virtio'><backend model='builtin'/></rng>",
      "<memory model='dimm'><target><size>1</size></target></memory>",
      "<tpm model='tpm-crb'><backend type='emulator'><active_pcr_banks><sha256/></active_pcr_banks></backend></tpm>",
      "<crypto model='virtio' type='qemu'><backend model='builtin' queues='1'/></crypto>",
    ])
  func plain(devices: String) throws { #expect(try kinds(devices) == []) }

  @Test(
    "whatever form a path comes in, it is seen",
    arguments: [
      ("<disk type='file'><source file='/x'/></disk>", "disk_roots /x"),
      ("<disk type='file'><source file='relative'/></disk>", "disk_roots relative"),
      ("<disk type='file'><source dev='/dev/sda'/></disk>", "block_devices /dev/sda"),
      ("<disk type='block'><source file='/x'/></disk>", "disk_roots /x"),
      ("<disk><source file='/x'/></disk>", "disk_roots /x"),
      ("<disk type='volume'><source pool='p' volume='../v'/></disk>", "disk_roots volume:p/../v"),
      ("<disk><backingStore type='block'><source dev='/dev/sdb'/></backingStore></disk>", "block_devices /dev/sdb"),
      ("<disk type='file'><mirror type='file' file='/m'/></disk>", "disk_roots /m"),
      ("<serial type='pty'><log file='x.log'/></serial>", "file_backed_devices x.log"),
      ("<serial type='file'><source path='a'/></serial>", "file_backed_devices a"),
      ("<serial type='nmdm'><source master='/dev/nmdm0A'/></serial>", "other_elements serial/nmdm"),
      ("<controller type='usb' key='/x'/>", "other_elements controller/@key"),
      ("<controller type='usb'><driver key=' /x'/></controller>", "other_elements controller/driver/@key"),
      ("<video><model type='vga'>/x</model></video>", "other_elements video/model"),
      ("<video><x:model xmlns:x='urn:y'/></video>", "other_elements video/model"),
      ("<x:disk xmlns:x='urn:y'/>", "other_elements disk"),
      ("<hostdev mode='capabilities'><source><block>/dev/sdf1</block></source></hostdev>", "passthrough /dev/sdf1"),
      ("<graphics type='vnc' listen='::'/>", "listen ::"),
      ("<graphics type='dbus' address='unix:path=/x'/>", "other_elements graphics/dbus"),
      ("<interface type='bridge'><downscript path='/x'/></interface>", "other_elements interface/downscript"),
      ("<interface type='bridge'><rom file='/x'/></interface>", "boot_files /x"),
      ("<filesystem><source dir='/'/></filesystem>", "file_systems /"),
      ("<filesystem><binary path='/x'/><source dir='/y'/></filesystem>", "other_elements filesystem/binary/@path"),
      ("<video><acceleration rendernode='/dev/sda'/></video>", "other_elements video/acceleration/@rendernode"),
      ("<video><acceleration rendernode='/dev/dri/../sda'/></video>", "other_elements video/acceleration/@rendernode"),
    ])
  func seen(devices: String, expected: String) throws { #expect(try kinds(devices).contains(expected)) }

  @Test(
    "parts beside the devices are seen as well",
    arguments: [
      ("<memory>1</memory><seclabel type='none'/>", "other_elements seclabel"),
      ("<memory>1</memory><cputune><x file='/y'/></cputune>", "other_elements cputune/x/@file"),
      ("<memory>1</memory><novelty/>", "other_elements novelty"),
      ("<memory>1</memory><q:o xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>", "qemu_arguments o"),
      ("<memory>1</memory><q:x xmlns:q='urn:z'/>", "other_elements x"),
      ("<memory>1</memory><bootloader>/usr/bin/pygrub</bootloader>", "other_elements bootloader"),
    ])
  func parts(lines: String, expected: String) throws { #expect(try kinds("", lines).contains(expected)) }

  @Test("firmware is plain where no guest writes, and variables where libvirt keeps them")
  func firmware() throws {
    func found(_ os: String) throws -> [String] {
      let text = "<domain type='kvm'><name>a</name><memory>1</memory><os>\(os)</os></domain>"
      return try DomainDocument(parsing: text).privileges.map(\.subject)
    }
    #expect(try found("<loader readonly='yes' type='pflash'>/usr/share/OVMF/A.fd</loader>") == [])
    #expect(try found("<loader type='rom'>/usr/share/seabios/bios.bin</loader>") == [])
    #expect(try found("<loader readonly='no' type='pflash'>/usr/share/OVMF/A.fd</loader>") == ["/usr/share/OVMF/A.fd"])
    #expect(try found("<loader readonly='yes'>/usr/share/../../etc/shadow</loader>") == ["/usr/share/../../etc/shadow"])
    #expect(try found("<nvram>/var/lib/libvirt/qemu/nvram/a.fd</nvram>") == [])
    #expect(try found("<nvram>/var/lib/libvirt/qemu/nvram/../../../../../etc/x</nvram>").count == 1)
    #expect(try found("<nvram type='block'><source dev='/dev/sda'/></nvram>") == ["/dev/sda"])
    #expect(try found("<nvram type='network'><source protocol='iscsi' name='x'/></nvram>") == ["iscsi"])
  }

  @Test("a document with as many elements as are read is read in a blink")
  func large() throws {
    let many = String(repeating: "<disk><source file='/x'/></disk>", count: 8_000)
    let document = try DomainDocument(parsing: Fixture.small(devices: many))
    let clock = ContinuousClock()
    let took = clock.measure { #expect(document.privileges.count == 1) }
    #expect(took < .seconds(20))
  }

  @Test("passwords and cookies go, and nothing else of the document does")
  func secrets() throws {
    let devices =
      "<graphics type='vnc' passwd='hunter2' passwdValidTo='2030-01-01T00:00:00' keymap='de'/>"
      + "<disk type='network'><source protocol='https'><cookies><cookie name='a'>b</cookie></cookies></source></disk>"
    var document = try DomainDocument(parsing: Fixture.small(devices: devices))
    #expect(try document.removeSecrets() == 2)
    #expect(!document.text.contains("hunter2") && !document.text.contains("cookie"))
    #expect(document.text.contains("keymap='de'"))
    let clean = document.text
    #expect(try document.removeSecrets() == 0 && document.text == clean)
  }
}

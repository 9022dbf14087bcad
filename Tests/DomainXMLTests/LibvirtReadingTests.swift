import Foundation
import Testing

@testable import DomainXML

@Suite("A document read as libvirt reads it")
struct LibvirtReadingTests {
  /// Devices in three places, text in CDATA, a comment inside a number, and a name in two pieces.
  private static let scattered = """
    <domain type='kvm'>
      <name>till<!-- by the door --> <![CDATA[seven]]></name>
      <vcpu><![CDATA[2]]></vcpu>
      <memory unit='MiB'>2<!-- was 128 -->56</memory>
      <cputune><shares>512</shares></cputune>
      <devices>
        <memballoon model='none'/>
      </devices>
      <os><type arch='x86_64' machine='pc'>hvm</type></os>
      <devices>
        <emulator><![CDATA[/usr/bin/kvm]]></emulator>
        <interface type='network'><source network='default'/><mac address='02:00:c0:a8:47:15'/></interface>
        <graphics type='vnc' listen='0.0.0.0' port='5971'/>
      </devices>
      <os firmware='efi'><boot dev='cdrom'/></os>
      <cputune><vcpupin vcpu='0' cpuset='1'/></cputune>
      <devices>
        <interface type='network'><source network='default'/><mac address='02:00:c0:a8:47:16'/></interface>
      </devices>
    </domain>
    """

  @Test("several <devices> are one, and so are other elements that hold settings")
  func merged() throws {
    let document = try DomainDocument(parsing: Self.scattered)
    #expect(document.interfaces.compactMap(\.mac).map(\.description) == ["02:00:c0:a8:47:15", "02:00:c0:a8:47:16"])
    #expect(document.vnc?.port == 5971 && document.emulator == "/usr/bin/kvm")
    #expect(document.system.firmware == "efi" && document.system.bootOrder == [.cdrom])
    #expect(document.root.children(named: "devices").count == 1 && document.root.children(named: "os").count == 1)
    #expect(document.root.child(named: "cputune")?.children.map(\.name) == ["shares", "vcpupin"])
  }

  @Test("text in CDATA and around comments is text")
  func text() throws {
    let document = try DomainDocument(parsing: Self.scattered)
    #expect(try document.name == "till seven")
    #expect(try document.vcpus == 2 && document.memoryBytes == 256 << 20)
  }

  @Test("what was merged is written once, and reads the same again")
  func written() throws {
    let text = try DomainDocument(parsing: Self.scattered).text
    #expect(text.components(separatedBy: "<devices").count == 2 && text.components(separatedBy: "<os").count == 2)
    let again = try DomainDocument(parsing: text)
    #expect(again.interfaces.count == 2 && again.vnc?.port == 5971 && again.text == text)
  }

  @Test("an edit reaches the devices of every <devices>")
  func edited() throws {
    var document = try DomainDocument(parsing: Self.scattered)
    try document.setMAC(#require(HardwareAddress("02:00:00:00:00:01")), ofInterface: 1)
    try document.setVNCListen("127.0.0.1")
    #expect(!document.text.contains("0.0.0.0") && !document.text.contains("c0:a8:47:16"))
  }

  @Test("an attribute in a namespace counts where libvirt takes it for a plain one")
  func prefixedAttributes() throws {
    let document = try DomainDocument(
      parsing: """
        <domain type='kvm' xmlns:x='urn:x'><name>a</name><metadata><m x:kept='1' xmlns='urn:m'/></metadata>
        <devices><graphics x:listen='0.0.0.0' type='vnc' x:port='5999' port='-1'/></devices></domain>
        """)
    #expect(document.vnc?.port == 5999 && document.vnc?.listenAddress == "0.0.0.0")
    #expect(!document.text.contains("x:port") && document.text.contains("x:kept='1'"))
  }

  @Test("a namespace that only a later <devices> declares goes with what it holds")
  func namespaces() throws {
    let document = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><devices><emulator>/e</emulator></devices>
        <devices xmlns:y='urn:y'><y:own/><serial type='pty'/></devices></domain>
        """)
    let again = try DomainDocument(parsing: document.text)
    #expect(again.serials.count == 1 && document.text.contains("urn:y"))
  }

  @Test(
    "an address in QEMU's arguments counts, however it is written and prefixed",
    arguments: [
      "e1000,netdev=lab0,mac=52:54:00:5C:1E:01,addr=0x10", "nic,macaddr=52:54:00:5c:1e:01",
      #"{"driver":"e1000", "mac": "52:54:00:5c:1e:01"}"#, "device.net0.mac=52:54:00:5c:1e:01",
      #"{"driver":"e1000","m\u0061c":"52:54:00:5c:1e:01"}"#, "nic,\u{301}x=y,mac=52:54:00:5c:1e:01",
    ])
  func arguments(argument: String) throws {
    let value = argument.replacing("\"", with: "&quot;")
    let document = try DomainDocument(
      parsing: """
        <domain xmlns:ns0="http://libvirt.org/schemas/domain/qemu/1.0" type="kvm"><name>a</name><devices/>
        <ns0:commandline><ns0:arg value="-device"/><ns0:arg value="\(value)"/></ns0:commandline></domain>
        """)
    #expect(document.passedThroughMACs.map(\.description) == ["52:54:00:5c:1e:01"])
    #expect(document.allMACs == document.passedThroughMACs)
  }

  @Test("an address that overrides a device's counts; one that stands twice is refused")
  func overrides() throws {
    let document = try DomainDocument(
      parsing: """
        <domain xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0" type="kvm"><name>a</name>
        <devices><interface type='user'><mac address='52:54:00:5c:1e:02'/></interface></devices>
        <q:override><q:device alias='net0'><q:frontend>
        <q:property name='mac' type='string' value='52:54:00:5c:1e:02'/></q:frontend></q:device></q:override></domain>
        """)
    #expect(document.passedThroughMACs.map(\.description) == ["52:54:00:5c:1e:02"])
    #expect(Fixture.code { () throws(DomainXMLError) in try document.checkedMACs() } == .duplicate)
  }
}

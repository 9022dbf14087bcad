import Foundation
import Testing

@testable import DomainXML

@Suite("Displays that listen")
struct DisplayEditingTests {
  /// A desktop as virt-manager makes it, with a second display for a colleague.
  static let desktop = """
    <domain type='kvm'>
      <name>drawing_board</name>
      <memory unit='GiB'>1</memory>
      <vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <devices>
        <serial type='pty'><target port='0'/></serial>
        <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
        <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
        <channel type='spiceport'><source channel='org.spice.webdav'/><target type='virtio' name='w.0'/></channel>
        <graphics type='spice' port='5930' tlsPort='5931' autoport='no' listen='0.0.0.0'>
          <listen type='address' address='0.0.0.0'/><image compression='off'/>
        </graphics>
        <graphics type='vnc' port='5940' websocket='5740' listen='0.0.0.0'/>
        <graphics type='vnc' port='5941' listen='0.0.0.0'/>
        <graphics type='egl-headless'/>
        <sound model='ich9'><audio id='1'/></sound>
        <audio id='1' type='spice'/>
        <video><model type='qxl' ram='65536' vram='65536' vgamem='16384' heads='1' primary='yes'/></video>
        <video><model type='qxl' heads='1'/></video>
        <redirdev bus='usb' type='spicevmc'/>
      </devices>
    </domain>
    """

  @Test("the first VNC display stays, without web sockets; all else that listens goes")
  func kept() throws {
    var document = try DomainDocument(parsing: Self.desktop)
    #expect(try document.keepOneVNC() == [.spice, .vnc])
    #expect(document.graphics.map(\.kind) == [.vnc, .headless])
    #expect(document.graphicsPorts == [5940])
    #expect(document.vnc?.hasWebSocket == false)
  }

  @Test("a VNC display on a socket has no port and no address, and stays as it is")
  func socket() throws {
    var document = try DomainDocument(parsing: Self.desktop)
    try document.keepOneVNC()
    try document.setVNCSocket()
    #expect(document.vnc?.isSocket == true && document.vnc?.listeners == [.socket(path: nil)])
    #expect(document.graphicsPorts.isEmpty && document.vnc?.isAutoport == false)
    #expect(document.text.contains("<listen type='socket'/>") && !document.text.contains("0.0.0.0"))
    let text = document.text
    try document.setVNCSocket()
    #expect(document.text == text)
    try document.setVNCPort(5907)
    try document.setVNCListen("127.0.0.1")
    #expect(document.vnc?.isSocket == false && document.vnc?.port == 5907 && !document.text.contains("type='socket'"))
    try document.removeVNC()
    #expect(document.vnc == nil && document.graphics.map(\.kind) == [.headless])
  }

  @Test("a socket's place is left to libvirt; nowhere stays nowhere")
  func socketPlaces() throws {
    func document(_ graphics: String) throws -> DomainDocument {
      try DomainDocument(
        parsing: "<domain type='kvm' id='3'><name>a</name><devices>\(graphics)</devices></domain>")
    }
    let path = "/var/lib/libvirt/qemu/domain-3-a/vnc.sock"
    var dump = try document("<graphics type='vnc' socket='\(path)'><listen type='socket' socket='\(path)'/></graphics>")
    try dump.removeRuntimeState()
    #expect(dump.vnc?.listeners == [.socket(path: nil)] && !dump.text.contains(path))
    #expect(try dump.leaveVNCSocketToLibvirt() == nil)
    for graphics in [
      "<graphics type='vnc' socket='/srv/a.sock'/>",
      "<graphics type='vnc' socket='/srv/a.sock'><listen type='socket' socket='/srv/a.sock'/></graphics>",
    ] {
      var chosen = try document(graphics)
      #expect(try chosen.leaveVNCSocketToLibvirt() == "/srv/a.sock")
      #expect(chosen.vnc?.listeners == [.socket(path: nil)] && !chosen.text.contains("/srv"))
    }
    var nowhere = try document("<graphics type='vnc'><listen type='none'/></graphics>")
    let text = nowhere.text
    #expect(nowhere.vnc?.isSocket == true)
    try nowhere.setVNCSocket()
    #expect(try nowhere.leaveVNCSocketToLibvirt() == nil)
    #expect(nowhere.text == text)
  }

  @Test("what only SPICE serves goes with it, and the guest keeps sound and one adapter")
  func devices() throws {
    var document = try DomainDocument(parsing: Self.desktop)
    try document.keepOneVNC()
    let text = document.text
    for gone in ["spice", "qxl", "redirdev", "vgamem"] { #expect(!text.contains(gone), "\(gone) is still there") }
    for kept in ["org.qemu.guest_agent.0", "ich9", "<audio id='1' type='none'/>", "<model type='vga'/>"] {
      #expect(text.contains(kept), "\(kept) is gone")
    }
    #expect(text.components(separatedBy: "<video>").count == 2)
  }

  @Test("listening serial ports become pseudo-terminals; connecting ones and sockets stay")
  func devicePorts() throws {
    var document = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><devices>
        <serial type='tcp'><source mode='bind' host='0.0.0.0' service='4555'/><protocol type='telnet'/></serial>
        <serial type='tcp'><source mode='connect' host='log.lan' service='4556'/><protocol type='raw'/></serial>
        <console type='udp'><source mode='bind' service='4557'/><source mode='connect' service='4558'/></console>
        <channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
        </devices></domain>
        """)
    #expect(!document.hasConsole)
    #expect(try document.closeDevicePorts() == 2)
    #expect(document.serials.map(\.kind) == ["pty", "tcp"] && document.consoles.map(\.kind) == ["pty"])
    for gone in ["4555", "telnet", "4557"] { #expect(!document.text.contains(gone)) }
    #expect(document.text.contains("log.lan") && document.text.contains("type='unix'") && document.hasConsole)
  }

  @Test("a document without SPICE keeps QXL, and one without displays is left as it is")
  func untouched() throws {
    let plain = try DomainDocument(parsing: "<domain type='kvm'><name>a</name><devices/></domain>")
    var copy = plain
    #expect(try copy.keepOneVNC().isEmpty && copy.text == plain.text)
    var drawn = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><devices><graphics type='vnc' port='-1'/>
        <video><model type='qxl'/></video></devices></domain>
        """)
    #expect(try drawn.keepOneVNC().isEmpty && drawn.text.contains("qxl"))
  }
}

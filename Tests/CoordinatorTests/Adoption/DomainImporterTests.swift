import Fleet
import FleetTestKit
import RoostProto
import Testing

@testable import Coordinator

@Suite("Importing a domain document")
struct DomainImporterTests {
  /// Every feature of the document that the project started from: stray texts, a foreign emulator, `kvm`, IDE disks, a
  /// bridge, a fixed MAC, an open VNC display with `port='-1'`, no serial device.
  static let document = """
    <domain type='kvm'>
      <name>web_old</name> \t//the VM's name
      <memory unit='GiB'>4</memory> //most memory
      <currentMemory unit='GiB'>4</currentMemory>
      <vcpu>8</vcpu>
      <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='cdrom'/> //boot from the drive
      </os>
      <features><acpi/><apic/><pae/></features>
      <clock offset='localtime'/>
      <devices>
        <emulator>/usr/libexec/qemu-kvm</emulator>
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/web.qcow2'/>
          <target dev='hda' bus='ide'/>
        </disk>
        <disk type='file' device='cdrom'>
          <source file='/var/lib/libvirt/images/old.iso'/><target dev='hdb' bus='ide'/>
        </disk>
        <interface type='bridge'>
          <source bridge='kvmbr0'/><mac address="00:16:3e:01:02:03"/> //must be unique
        </interface>
        <graphics type='vnc' port='-1' autoport='yes' listen = '0.0.0.0' keymap='en-us'/>
      </devices>
    </domain>
    """

  @Test("a guest keeps a start with less than it may have, on import and adoption")
  func start() throws {
    let text = """
      <domain type='kvm'><name>solver</name><memory unit='MiB'>512</memory>
      <currentMemory unit='MiB'>256</currentMemory><vcpu current='2'>4</vcpu><os><type>hvm</type></os></domain>
      """
    let spec = try imported(text).spec
    #expect(spec.vcpus == 4 && spec.startVCPUs == 2 && spec.startMemory == .mebibytes(256))
    let adopted = try DomainImporter().adoptee(DomainDocuments(saved: text, live: nil), .unmanaged("solver")).spec
    #expect(adopted.startVCPUs == 2 && adopted.startMemory == .mebibytes(256))
    let plain = try imported().spec
    #expect(plain.startVCPUs == nil && plain.startMemory == nil)
  }

  @Test("a title is kept on import and adoption, in the spec or else in the document")
  func title() throws {
    func document(_ title: String) -> String {
      """
      <domain type='kvm'><name>solver</name><title>\(title)</title><memory unit='MiB'>512</memory>
      <vcpu>1</vcpu><os><type>hvm</type></os></domain>
      """
    }
    let long = String(repeating: "x", count: 201)
    for (title, kept) in [("Küche &amp; co", "Küche & co"), (long, nil), ("", nil)] {
      let text = document(title)
      let spec = try imported(text).spec
      #expect(spec.title == kept)
      if !title.isEmpty { #expect(spec.document?.contains("<title>\(title)</title>") == true) }
      let adopted = try DomainImporter().adoptee(DomainDocuments(saved: text, live: nil), .unmanaged("solver")).spec
      #expect(adopted.title == kept)
    }
  }

  private func imported(
    _ text: String = document, _ change: (inout Roost_V1_ImportVMRequest) -> Void = { _ in }
  ) throws -> DomainImporter.Imported {
    var request = Roost_V1_ImportVMRequest()
    request.document = text
    change(&request)
    return try DomainImporter().spec(of: request)
  }

  @Test("a document with stray texts becomes a spec that keeps size, bridge and MAC")
  func plain() throws {
    let spec = try imported().spec
    #expect(spec.name == "web_old")
    #expect(spec.vcpus == 8)
    #expect(spec.memory == .gibibytes(4))
    #expect(spec.machine == "pc")
    #expect(spec.acceleration == .preferred)
    #expect(spec.bootOrder == [.cdrom])
    #expect(spec.nics == [NICSpec(source: .bridge("kvmbr0"), model: nil, mac: MACAddress("00:16:3e:01:02:03"))])
    #expect(spec.disks.map(\.target) == ["hda", "hdb"])
    #expect(spec.disks.map(\.source) == [.existing, .existing])
    #expect(spec.vnc == VNCSpec(listen: "127.0.0.1", keymap: "en-us"))
    #expect(!spec.serialConsole)
  }

  @Test("notes say: VNC is closed, stray texts are gone, there is no serial device")
  func notes() throws {
    let notes = try imported().notes.joined(separator: "\n")
    for word in ["0.0.0.0", "--keep-vnc-listen", "stray texts", "--add-serial", "/usr/libexec/qemu-kvm"] {
      #expect(notes.contains(word), "no word of \(word)")
    }
  }

  @Test("options make disks, fill the drive, add a serial device, renew MACs, open VNC")
  func options() throws {
    let result = try imported {
      $0.createDisksBytes = 1 << 30
      $0.cdrom = "tiny"
      $0.addSerial = true
      $0.newMacs = true
      $0.keepVncListen = true
      $0.name = "other"
    }
    let spec = result.spec
    #expect(spec.name == "other")
    #expect(spec.disks[0].source == .blank)
    #expect(spec.disks[0].size == .gibibytes(1))
    #expect(spec.disks[0].path == "/var/lib/libvirt/images/web.qcow2")
    #expect(spec.disks[1].source == .medium(ImageRef(name: "tiny")))
    #expect(spec.disks[1].path == nil)
    #expect(spec.serialConsole)
    #expect(spec.nics[0].mac == nil)
    #expect(spec.vnc?.listen == "0.0.0.0")
  }

  @Test("a name that no new VM may have is refused with one that it may have")
  func names() throws {
    let text = Self.document.replacing("web_old", with: "Home Assistant (Küche)")
    let error = #expect(throws: FleetError.self) { try imported(text) }
    #expect(error?.code == .invalid && error?.hint.contains("--name home-assistant-k-che") == true)
    #expect(try imported(text) { $0.name = "kitchen" }.spec.name == "kitchen")
  }

  @Test("a second <devices> is read like the first; QEMU arguments' addresses are held")
  func scattered() throws {
    let more = """
      </devices><devices><interface type='network'><source network='lan'/><mac address='00:16:3e:01:02:04'/></interface>
      </devices><q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>
      <q:arg value='-device'/><q:arg value='e1000,mac=00:16:3E:01:02:05'/></q:commandline>
      """
    let found = try imported(Self.document.replacing("</devices>", with: more))
    #expect(found.spec.nics.compactMap(\.mac).map(\.description) == ["00:16:3e:01:02:03", "00:16:3e:01:02:04"])
    #expect(found.heldMACs.map(\.description) == ["00:16:3e:01:02:05"])
  }

  /// Two displays in the open, one of them SPICE with what belongs to it.
  private static func displays(_ graphics: String) -> String {
    document.replacing(
      "<graphics type='vnc' port='-1' autoport='yes' listen = '0.0.0.0' keymap='en-us'/>",
      with: graphics + "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>")
  }

  private static let spice = "<graphics type='spice' port='5930' tlsPort='5931' listen='0.0.0.0' keymap='de'/>"

  @Test("a SPICE display becomes VNC on loopback, and the notes say so")
  func spice() throws {
    let result = try imported(Self.displays(Self.spice))
    #expect(result.spec.vnc == VNCSpec(listen: "127.0.0.1", keymap: "de"))
    #expect(result.spec.document?.contains("spice") == false)
    let notes = result.notes.joined(separator: "\n")
    for word in ["SPICE", "becomes VNC", "0.0.0.0", "--keep-vnc-listen"] { #expect(notes.contains(word)) }
    #expect(try imported(Self.displays(Self.spice)) { $0.keepVncListen = true }.spec.vnc?.listen == "0.0.0.0")
  }

  @Test("a display on a socket stays on one of libvirt's, and no display stays none")
  func sockets() throws {
    let chosen = "<graphics type='vnc' keymap='de'><listen type='socket' socket='/srv/a.sock'/></graphics>"
    let result = try imported(Self.displays(chosen))
    #expect(result.spec.vnc == VNCSpec(keymap: "de", isSocket: true) && !result.spec.wantsPort)
    #expect(result.spec.document?.contains("<listen type='socket'/>") == true)
    #expect(result.spec.document?.contains("/srv/a.sock") == false)
    #expect(result.notes.contains { $0.contains("/srv/a.sock") })
    #expect(try imported(Self.displays("")).spec.vnc == nil)
  }

  @Test("of several displays the first VNC one is kept")
  func manyDisplays() throws {
    let vnc = "<graphics type='vnc' port='5940' websocket='-1' listen='127.0.0.1'/>"
    let result = try imported(Self.displays(Self.spice + vnc + "<graphics type='vnc' port='5941' listen='0.0.0.0'/>"))
    #expect(result.spec.vnc?.listen == "127.0.0.1")
    let document = try #require(result.spec.document)
    for gone in ["spice", "5941", "0.0.0.0", "websocket"] { #expect(!document.contains(gone), "\(gone) is there") }
    let notes = result.notes.joined(separator: "\n")
    for word in ["SPICE display is left out", "1 more VNC", "web sockets"] { #expect(notes.contains(word)) }
  }

  @Test(
    "a machine type of another distribution becomes its family",
    arguments: [("pc-i440fx-rhel7.6.0", "pc"), ("pc-q35-rhel8.2.0", "q35"), ("q35", "q35"), ("virt", "virt")])
  func machines(machine: String, family: String) throws {
    let result = try imported(Self.document.replacing("machine='pc'", with: "machine='\(machine)'"))
    #expect(result.spec.machine == family)
    let said = result.notes.contains { $0.contains("the machine type \(machine) becomes \(family)") }
    #expect(said == (machine != family), "a note says so")
  }

  @Test(
    "a document that can't be carried is refused with a typed error",
    arguments: [
      ("", "<domain"), ("<domain", ""), ("<memory unit='GiB'>4</memory>", "<memory>0</memory>"),
      ("<memory unit='GiB'>4</memory>", "<memory unit='b'>9223372036854775808</memory>"),
      ("<memory unit='GiB'>4</memory>", "<memory>-4</memory>"), ("web_old", "../web"),
      ("<vcpu>8</vcpu>", "<vcpu>0</vcpu>"), ("00:16:3e:01:02:03", "01:16:3e:01:02:03"),
      ("/var/lib/libvirt/images/web.qcow2", "/var/lib/../etc/shadow"), ("web_old", "Küche"),
    ])
  func refused(old: String, new: String) {
    let text = old.isEmpty ? new : Self.document.replacing(old, with: new)
    #expect {
      _ = try imported(text)
    } throws: { error in
      guard let code = (error as? FleetError)?.code else { return false }
      return code == .invalid
    }
  }
}

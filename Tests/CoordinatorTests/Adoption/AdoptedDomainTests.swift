import Fleet
import FleetTestKit
import Testing

@testable import Coordinator

@Suite("Reading a domain that stays as it is")
struct AdoptedDomainTests {
  private func adoptee(_ devices: String, name: String = "pet", live: String? = nil) throws -> AdoptedDomain {
    func document(_ devices: String) -> String {
      """
      <domain type='kvm'><name>\(name)</name><memory unit='GiB'>1</memory><vcpu>2</vcpu>
      <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os><devices>\(devices)</devices></domain>
      """
    }
    return try DomainImporter().adoptee(
      DomainDocuments(saved: document(devices), live: live.map(document)), .unmanaged(name))
  }

  @Test("what a spec can't say is kept, noted, and stands in nobody's way")
  func unusual() throws {
    let found = try adoptee(
      """
      <disk type='network' device='disk'><driver type='raw'/><source protocol='rbd' name='pool/x'/>
        <target dev='vda' bus='virtio'/></disk>
      <disk type='file' device='floppy'><source file='/f.img'/><target dev='fda' bus='fdc'/></disk>
      <disk type='block' device='disk'><source dev='/dev/vg/x'/><target dev='vdb' bus='virtio'/></disk>
      <interface type='direct'><source dev='eth0'/><mac address='52:54:00:00:00:01'/></interface>
      <interface type='network'><source network='default'/><mac address='52:54:00:00:00:02'/></interface>
      <graphics type='spice' autoport='yes'/>
      <hostdev mode='subsystem' type='pci'/>
      """)
    #expect(found.spec.disks.map(\.target) == ["vda", "fda", "vdb"])
    #expect(found.spec.disks.map(\.source) == [.document, .existing, .existing])
    #expect(found.spec.disks.map(\.device) == [.disk, .floppy, .disk])
    #expect(found.spec.nics.map(\.source) == [.carried("direct"), .network("default")])
    #expect(found.macs == [.sample(1), .sample(2)])
    #expect(found.constraints.isPinned)
    #expect(found.notes.count == 4, "\(found.notes)")
    #expect(found.spec.vnc == nil && found.vncPort == nil)
    #expect(found.spec.document?.contains("pool/x") == true)
  }

  @Test("a port of libvirt's choice is the one a running VM has now; a chosen one is kept")
  func ports() throws {
    let auto = "<graphics type='vnc' port='-1' autoport='yes'/>"
    #expect(try adoptee(auto).vncPort == nil)
    let running = try adoptee(auto, live: "<graphics type='vnc' port='5903' autoport='yes'/>")
    #expect(running.vncPort == 5903 && running.isAutoport && running.spec.vnc != nil)
    let fixed = try adoptee("<graphics type='vnc' port='5950' autoport='no' listen='0.0.0.0'/>")
    #expect(fixed.vncPort == 5950 && !fixed.isAutoport && fixed.spec.vnc?.listen == "0.0.0.0")
  }

  @Test("a VM with a socket is adopted with it, one without a display with none")
  func sockets() throws {
    for listen in ["<listen type='socket'/>", "<listen type='socket' socket='/srv/a.sock'/>", "<listen type='none'/>"] {
      let found = try adoptee("<graphics type='vnc' keymap='de'>\(listen)</graphics>")
      #expect(found.spec.vnc == VNCSpec(keymap: "de", isSocket: true) && found.vncPort == nil, "\(listen)")
      #expect(found.notes.isEmpty, "\(found.notes)")
    }
    let none = try adoptee("")
    #expect(none.spec.vnc == nil && none.vncPort == nil)
  }

  @Test("a domain keeps the name libvirt took; what no line of text holds is no name")
  func names() throws {
    #expect(try adoptee("", name: "Home Assistant (Küche)").spec.name == "Home Assistant (Küche)")
    let broken = #expect(throws: FleetError.self) { try adoptee("", name: "a\u{202e}b") }
    #expect(broken?.code == .precondition && broken?.hint.contains("domrename") == true)
  }

  @Test("only a missing definition is in the way")
  func refusals() {
    let transient = #expect(throws: FleetError.self) {
      try DomainImporter().adoptee(DomainDocuments(saved: nil, live: "<domain/>"), .unmanaged())
    }
    #expect(transient?.code == .precondition && transient?.message.contains("transient") == true)
  }
}

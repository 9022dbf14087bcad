import DomainXML
import Testing

@Suite("Domains as libvirt writes them")
struct LiveDomainTests {
  @Test("an untouched document is written back byte for byte", arguments: ["live-guest", "rich"])
  func roundTrip(name: String) throws {
    let text = try Fixture.text(name)
    #expect(try DomainDocument(parsing: text).text == text)
  }

  @Test("an edit changes its own line and nothing else", arguments: ["live-guest", "rich"])
  func locality(name: String) throws {
    let before = try Fixture.text(name)
    var domain = try DomainDocument(parsing: before)
    try domain.setName("other")
    let changed = zip(before.split(separator: "\n"), domain.text.split(separator: "\n")).filter { $0 != $1 }
    #expect(changed.count == 1)
    #expect(changed.first?.1 == "  <name>other</name>")
  }

  @Test("a running guest of libvirt 9 is read")
  func live() throws {
    let domain = try Fixture.domain("live-guest")
    #expect(domain.runtimeID == 1)
    #expect(domain.type == .qemu)
    #expect(try domain.uuid == "8f4a2c5e-3b0d-4e52-9a7b-1f0c6d2e9a11")
    #expect(try domain.smbiosUUID == domain.uuid)
    #expect(domain.title == "Web front end")
    #expect(domain.details == "Serves <shop> & its pictures")
    #expect(try domain.memoryBytes == 128 << 20)
    #expect(try domain.vcpus == 2)
    #expect(try domain.currentVCPUs == 1)
    #expect(domain.system.machine == "pc-q35-7.2")
    #expect(domain.system.bootOrder == [.disk, .cdrom])
    #expect(domain.cpu?.mode == .custom)
    #expect(domain.cpu?.model == "qemu64")
    #expect(domain.disks[0].backing == [.file(path: "/srv/images/base.qcow2")])
    #expect(domain.diskPaths == ["/srv/images/web.qcow2", "/srv/images/base.qcow2", "/srv/images/cd.iso"])
    #expect(domain.disks[0].serial == "WEB-ROOT")
    #expect(domain.interfaces[0].kind == .user)
    #expect(domain.vnc?.port == 5931)
    #expect(domain.vnc?.isAutoport == false)
    #expect(domain.vnc?.listeners == [.address("127.0.0.1")])
    #expect(domain.graphicsPorts == [5931])
    #expect(domain.serials.map(\.path) == ["/dev/pts/0"])
    #expect(domain.consoles.map(\.targetType) == ["serial"])
    #expect(domain.hasConsole)
    #expect(try domain.mark == nil)
  }

  @Test("disks of every kind are told apart")
  func disks() throws {
    let disks = try Fixture.domain("rich").disks
    #expect(
      disks.map(\.source) == [
        .volume(pool: "fast", name: "db-1.img"), .block(path: "/dev/mapper/db"),
        .network(protocol: "rbd", name: "pool/image"), .file(path: "/srv/a & b.qcow2"), .other("vhostuser"), .none,
      ])
    #expect(disks[1].device == .lun)
    #expect(disks[1].isShareable)
    #expect(disks[3].mirror == .file(path: "/srv/new.qcow2"))
    #expect(disks[5].isReadOnly)
    #expect(try Fixture.domain("rich").diskPaths == ["/dev/mapper/db", "/srv/a & b.qcow2", "/srv/new.qcow2"])
  }

  @Test("interfaces of every kind are told apart, and every address is found")
  func interfaces() throws {
    let domain = try Fixture.domain("rich")
    let interfaces = domain.interfaces
    #expect(interfaces.map(\.kind) == [.network, .direct, .hostdev])
    #expect(interfaces[0].network == "lan")
    #expect(interfaces[0].bridge == "virbr7")
    #expect(interfaces[0].portGroup == "db")
    #expect(interfaces[0].vlanTags == [42])
    #expect(interfaces[0].target == "vnet3")
    #expect(interfaces[0].isLinkUp)
    #expect(interfaces[1].device == "eno1")
    #expect(interfaces[1].mode == "bridge")
    #expect(!interfaces[1].isLinkUp)
    #expect(
      domain.allMACs.map(\.description) == [
        "02:1a:2b:00:00:07", "02:1a:2b:00:00:08", "02:1a:2b:00:00:09", "02:1a:2b:00:00:0a",
      ])
    #expect(domain.hostDevices.map(\.pciAddress) == ["0000:03:00.1", nil, "0000:3b:0a.2"])
    #expect(domain.hostDevices.map(\.kind) == ["pci", "usb", "pci"])
  }

  @Test("graphics, firmware, memory and the mark are read")
  func others() throws {
    let domain = try Fixture.domain("rich")
    #expect(try domain.uuid == "0e5a9c12-88d0-4c6e-9a3d-7b1f60a4c2d8")
    #expect(try domain.memoryBytes == 8_000_000_000)
    #expect(try domain.currentMemoryBytes == 8_000_000_000)
    #expect(try domain.currentVCPUs == 4)
    #expect(domain.usesHugePages)
    #expect(domain.hasNUMATuning)
    #expect(domain.system.firmware == "efi")
    #expect(domain.system.loaderPath == "/usr/share/OVMF/OVMF_CODE_4M.fd")
    #expect(domain.system.bootOrder == [.network, .disk])
    #expect(domain.cpu?.topology?.total == 8)
    #expect(domain.vnc?.hasPassword == true)
    #expect(domain.vnc?.listeners == [.socket(path: "/run/db-1-vnc.sock")])
    #expect(domain.graphics[1].tlsPort == 5951)
    #expect(domain.graphics[1].listeners == [.network("lan")])
    #expect(domain.graphicsPorts == [5950, 5951])
    let mark = try #require(try domain.mark)
    #expect(mark.vmID == "vm-17")
    #expect(mark.fleetID == "fleet-3")
    #expect(mark.revision == 42)
    #expect(mark.macs.map(\.description) == ["02:1a:2b:00:00:07"])
    #expect(mark.vncPort == 5917)
  }

  @Test("a snapshot's two domains are both read, and their addresses found")
  func snapshot() throws {
    let snapshot = try SnapshotDocument(parsing: Fixture.text("snapshot"))
    #expect(snapshot.name == "before")
    #expect(snapshot.state == "running")
    #expect(snapshot.parent == "first")
    #expect(try snapshot.domain?.name == "web-1")
    #expect(try snapshot.inactiveDomain?.memoryBytes == 128 << 20)
    #expect(snapshot.allMACs.map(\.description) == ["52:54:00:6b:3c:58", "52:54:00:6b:3c:59"])
    #expect(snapshot.snapshotPaths == ["/srv/images/web.before"])
    #expect(snapshot.diskPaths.contains("/srv/images/rescue.iso"))
    #expect(snapshot.diskPaths.contains("/srv/images/cd.iso"))
  }
}

import DomainXML
import Testing

@Suite("A domain as people write it by hand")
struct AnnotatedDomainTests {
  @Test("stray texts between elements are dropped and listed with their places")
  func strayTexts() throws {
    let domain = try Fixture.domain("annotated")
    #expect(domain.droppedTexts.count == 11)
    let first = try #require(domain.droppedTexts.first)
    #expect(first.text == "//name of the machine")
    #expect(first.element == "domain")
    #expect(first.line == 2)
    #expect(domain.droppedTexts.contains { $0.text == "//目标镜像" && $0.element == "disk" })
    #expect(!domain.text.contains("//name"))
    #expect(try DomainDocument(parsing: domain.text).droppedTexts.isEmpty)
  }

  @Test("everything the document says is read")
  func reads() throws {
    let domain = try Fixture.domain("annotated")
    #expect(domain.type == .kvm)
    #expect(try domain.name == "lab_debian")
    #expect(try domain.uuid == nil)
    #expect(try domain.memoryBytes == 2 << 30)
    #expect(try domain.currentMemoryBytes == 1 << 30)
    #expect(try domain.vcpus == 4)
    #expect(domain.system.machine == "pc")
    #expect(domain.system.architecture == "x86_64")
    #expect(domain.system.bootOrder == [.cdrom])
    #expect(domain.clockOffset == "localtime")
    #expect(domain.action(on: .reboot) == "restart")
    #expect(domain.emulator == "/usr/libexec/qemu-kvm")
    #expect(domain.diskPaths == ["/var/lib/libvirt/images/lab.qcow2", "/var/lib/libvirt/images/debian.iso"])
    #expect(domain.disks.map(\.target) == ["hda", "hdb"])
    #expect(domain.disks.map(\.bus) == [.ide, .ide])
    #expect(domain.disks[0].format == "qcow2")
    #expect(domain.disks[1].device == .cdrom)
    #expect(domain.interfaces[0].bridge == "kvmbr0")
    #expect(domain.allMACs.map(\.description) == ["00:16:3e:0a:0b:0c"])
    let vnc = try #require(domain.vnc)
    #expect(vnc.port == nil)
    #expect(vnc.isAutoport)
    #expect(vnc.listenAddress == "0.0.0.0")
    #expect(vnc.keymap == "en-us")
    #expect(!domain.hasConsole)
  }

  @Test("what is not a stray text keeps its bytes, odd spacing and quotes included")
  func bytes() throws {
    let text = try Fixture.domain("annotated").text
    #expect(text.contains("<graphics type='vnc' port='-1' autoport='yes' listen = '0.0.0.0' keymap='en-us'/>"))
    #expect(text.contains("<mac address=\"00:16:3e:0a:0b:0c\"/>"))
    #expect(text.contains("\t<features>\n\t\t<acpi/>\n\t\t<apic/>\n\t\t<pae/>\n\t</features>\n"))
  }

  @Test("the seed's own file parses unchanged", .enabled(if: Fixture.seed != nil))
  func seed() throws {
    let domain = try DomainDocument(parsing: #require(Fixture.seed))
    #expect(try domain.name == "test_ubuntu")
    #expect(try domain.memoryBytes == 4 << 30)
    #expect(try domain.vcpus == 8)
    #expect(
      domain.disks.map(\.source.path) == [
        "/var/lib/libvirt/images/test.qcow2", "/var/lib/libvirt/images/ubuntu.iso",
      ])
    #expect(domain.interfaces.map(\.bridge) == ["kvmbr0"])
    #expect(try domain.checkedMACs().map(\.description) == ["00:16:3e:5d:aa:a8"])
    #expect(domain.vnc?.isAutoport == true)
    #expect(domain.droppedTexts.count == 11)
    #expect(domain.droppedTexts.allSatisfy { $0.text.hasPrefix("//") })
  }

  @Test("text where libvirt expects text is not stray")
  func texts() throws {
    let domain = try DomainDocument(
      parsing: Fixture.small(
        "<description>a // b</description><memory>65536</memory>",
        devices: "<disk type='file'><serial>//S1</serial><target dev='vda'/></disk>"))
    #expect(domain.droppedTexts.isEmpty)
    #expect(domain.details == "a // b")
    #expect(domain.disks[0].serial == "//S1")
  }
}

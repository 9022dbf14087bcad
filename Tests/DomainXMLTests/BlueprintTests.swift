import DomainXML
import Testing

@Suite("A blueprint's document")
struct BlueprintTests {
  private func blueprint() throws -> NewDomain {
    var blueprint = NewDomain(
      name: "web-1", uuid: "6b1c3c1e-2a55-4c4e-8f7f-0a6f4f3c9d21", type: .kvm, architecture: "x86_64",
      machine: "pc-q35-7.2", emulator: "/usr/bin/qemu-system-x86_64", memoryBytes: 1 << 30, vcpus: 2,
      cpuMode: .hostPassthrough)
    blueprint.bootOrder = [.cdrom, .disk]
    blueprint.disks = [NewDisk(path: "/srv/web-1.qcow2", format: "qcow2")]
    blueprint.cdromPath = "/srv/tiny.iso"
    let mac = try #require(HardwareAddress("02:00:00:00:00:01"))
    blueprint.interfaces = [NewInterface(.bridge("kvmbr0"), mac: mac), NewInterface(.network("lan"), model: "e1000")]
    blueprint.vncPort = 5901
    blueprint.details = "made by Roost"
    blueprint.mark = DomainMark(vmID: "v", fleetID: "f", revision: 1, macs: [mac], vncPort: 5901)
    return blueprint
  }

  @Test("says all that the blueprint says")
  func all() throws {
    let domain = try DomainDocument(parsing: blueprint().document().text)
    #expect(try domain.name == "web-1")
    #expect(try domain.uuid == "6b1c3c1e-2a55-4c4e-8f7f-0a6f4f3c9d21")
    #expect(domain.type == .kvm)
    #expect(try domain.memoryBytes == 1 << 30)
    #expect(try domain.currentMemoryBytes == 1 << 30)
    #expect(try domain.vcpus == 2)
    #expect(domain.cpu?.mode == .hostPassthrough)
    #expect(domain.system.bootOrder == [.cdrom, .disk])
    #expect(domain.emulator == "/usr/bin/qemu-system-x86_64")
    #expect(domain.disks.map(\.target) == ["vda", "sda"])
    #expect(domain.disks.map(\.bus) == [.virtio, .sata])
    #expect(domain.interfaces.map(\.model) == ["virtio", "e1000"])
    #expect(domain.interfaces.map(\.bridge) == ["kvmbr0", nil])
    #expect(domain.vnc?.port == 5901)
    #expect(domain.vnc?.listenAddress == "127.0.0.1")
    #expect(domain.hasConsole)
    #expect(domain.clockOffset == "utc")
    #expect(domain.action(on: .crash) == "destroy")
    #expect(domain.details == "made by Roost")
    #expect(try domain.mark == blueprint().mark)
  }

  @Test("leaves out what the blueprint does not ask for")
  func least() throws {
    var blueprint = NewDomain(
      name: "least", type: .qemu, architecture: "aarch64", machine: "virt", memoryBytes: 1 << 26, vcpus: 1)
    blueprint.hasSerial = false
    let domain = try blueprint.document()
    #expect(try domain.uuid == nil)
    #expect(domain.graphics.isEmpty)
    #expect(domain.serials.isEmpty)
    #expect(domain.emulator == nil)
    #expect(try domain.mark == nil)
    #expect(!domain.text.contains("<acpi"))
  }

  @Test("is the same text each time")
  func stable() throws {
    #expect(try blueprint().document().text == blueprint().document().text)
  }

  @Test("is refused for values that libvirt would refuse")
  func refused() throws {
    let codes = try [
      refusal { $0.memoryBytes = -1 }, refusal { $0.vcpus = 0 }, refusal { $0.name = "" },
      refusal { $0.uuid = "no" }, refusal { $0.vncPort = 0 }, refusal { $0.name = "\u{1}" },
    ]
    #expect(codes == [.outOfRange, .outOfRange, .invalidValue, .invalidValue, .outOfRange, .invalidCharacter])
  }

  private func refusal(_ change: (inout NewDomain) -> Void) throws -> DomainXMLError.Code? {
    var changed = try blueprint()
    change(&changed)
    let result = changed
    return Fixture.code { () throws(DomainXMLError) in try result.document() }
  }
}

import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("The domain document of a VM on this host")
struct DomainDefinitionTests {
  /// A document as people write it by hand, with stray texts, another distribution's emulator and machine type.
  private static let written = """
    <domain type='kvm'>
      <name>test_ubuntu</name> 	//the name
      <memory unit='GiB'>4</memory>
      <currentMemory unit='GiB'>4</currentMemory>
      <vcpu>8</vcpu>
      <os><type arch='x86_64' machine='MACHINE'>hvm</type><boot dev='cdrom'/></os>
      <features><acpi/><apic/><pae/></features>
      <clock offset='localtime'/>
      <devices>
        <emulator>/usr/libexec/qemu-kvm</emulator>
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/test.qcow2'/>
          <target dev='hda' bus='ide'/>
        </disk>
        <disk type='file' device='cdrom'>
          <source file='/var/lib/libvirt/images/ubuntu.iso'/><target dev='hdb' bus='ide'/>
        </disk>
        <interface type='bridge'><source bridge='kvmbr0'/><mac address="00:16:3e:5d:aa:a8"/></interface>
        <input type='mouse' bus='ps2'/>
        <graphics type='vnc' port='-1' autoport='yes' listen = '0.0.0.0' keymap='en-us'/> //the display
      </devices>
    </domain>
    """

  private func order(machine: String = "pc", wanted: AccelerationPreference = .preferred) -> ProvisionRequest {
    let text = Self.written.replacingOccurrences(of: "MACHINE", with: machine)
    var spec = VMSpec(name: "test_ubuntu", vcpus: 8, memory: .gibibytes(4), machine: "pc", acceleration: wanted)
    spec.disks = [
      DiskSpec(
        bus: "ide", target: "hda", source: .blank, path: "/var/lib/libvirt/images/test.qcow2", size: .gibibytes(1)),
      DiskSpec(
        device: .cdrom, bus: "ide", target: "hdb", format: .raw, source: .medium(ImageRef(name: "installer"))),
    ]
    spec.nics = [NICSpec(source: .bridge("kvmbr0"), mac: MACAddress("00:16:3e:5d:aa:a8"))]
    spec.bootOrder = [.cdrom]
    spec.vnc = VNCSpec(keymap: "en-us")
    spec.document = text
    var provision = AgentFixture.provision(spec)
    provision.allocations = Allocations(macs: [MACAddress("00:16:3e:5d:aa:a8")].compactMap { $0 }, vncPort: 5907)
    return provision
  }

  private func draft(
    _ provision: ProvisionRequest, kvmUsable: Bool = false, emulator: Emulator = .sample
  ) throws -> String {
    let disks = provision.spec.disks.map { disk in
      switch disk.source {
      case .medium: PreparedDisk(spec: disk, path: "/images/installer.iso", format: "raw")
      case .none: PreparedDisk(spec: disk, path: nil, format: "raw")
      default: PreparedDisk(spec: disk, path: disk.path ?? "/images/\(disk.target)", format: "qcow2")
      }
    }
    let acceleration = try Acceleration(for: provision.spec, emulators: [emulator], kvmUsable: kvmUsable)
    return try DomainDefinition(provision: provision, disks: disks, acceleration: acceleration).text()
  }

  @Test("no display listens but the one that has a port, whatever the document says")
  func displays() throws {
    var order = order()
    order.spec.document = order.spec.document?.replacing(
      "<input type='mouse' bus='ps2'/>",
      with: "<graphics type='spice' port='5930' listen='0.0.0.0'/><graphics type='vnc' port='-1' listen='0.0.0.0'/>")
    let text = try draft(order)
    #expect(!text.contains("spice") && !text.contains("0.0.0.0"))
    #expect(text.components(separatedBy: "<graphics").count == 2 && text.contains("port='5907'"))
  }

  @Test("emulator, machine and accelerator become the host's; all else stays as written")
  func imported() throws {
    let text = try draft(order())
    #expect(text.contains("<domain type='qemu'>"))
    #expect(text.contains("<emulator>/usr/bin/qemu-system-x86_64</emulator>"))
    #expect(!text.contains("/usr/libexec/qemu-kvm"))
    #expect(text.contains("machine='pc'"))
    #expect(text.contains("<uuid>\(VMID.sample(1))</uuid>"))
    #expect(text.contains("00:16:3e:5d:aa:a8"))
    #expect(text.contains("<pae/>") && text.contains("offset='localtime'") && text.contains("bus='ps2'"))
    #expect(!text.contains("//the"), "the stray texts are gone")
  }

  @Test("a title stands in the document; without one an imported document keeps its own")
  func title() throws {
    var imported = order()
    imported.spec.document = imported.spec.document?.replacing("<devices>", with: "<title>old</title><devices>")
    #expect(try draft(imported).contains("<title>old</title>"))
    imported.spec.title = "Küche <&>"
    var new = imported
    new.spec.document = nil
    for provision in [imported, new] {
      let text = try draft(provision)
      #expect(text.contains("<title>Küche &lt;&amp;&gt;</title>"))
      #expect(text.components(separatedBy: "<title>").count == 2)
    }
    new.spec.title = nil
    #expect(!(try draft(new).contains("<title>")))
  }

  @Test("the display gets its fixed port on loopback and keeps its keymap")
  func display() throws {
    let text = try draft(order())
    #expect(text.contains("port='5907'") && text.contains("autoport='no'"))
    #expect(text.contains("127.0.0.1") && !text.contains("0.0.0.0"))
    #expect(text.contains("keymap='en-us'"))
  }

  @Test("the drive gets its medium, the disk keeps its file, one console is added")
  func devices() throws {
    let text = try draft(order())
    #expect(text.contains("/images/installer.iso") && !text.contains("ubuntu.iso"))
    #expect(text.contains("/var/lib/libvirt/images/test.qcow2"))
    #expect(text.components(separatedBy: "<serial ").count == 2)
    var quiet = order()
    quiet.spec.serialConsole = false
    #expect(!(try draft(quiet).contains("<serial ")))
  }

  @Test("Roost's mark names fleet, VM, revision and allocations")
  func mark() throws {
    let text = try draft(order())
    #expect(text.contains("https://roost.dev/xmlns/domain/1"))
    #expect(text.contains("fleet='\(AgentFixture.fleet)'") && text.contains("revision='1'"))
  }

  @Test(
    "a machine type that the host does not know becomes its kin",
    arguments: [
      ("pc", "pc"), ("pc-i440fx-2.11", "pc"), ("pc-i440fx-7.2", "pc-i440fx-7.2"), ("pc-q35-8.2", "q35"),
      ("pc-i440fx-rhel7.6.0", "pc"), ("q35", "q35"),
    ])
  func machines(written: String, expected: String) throws {
    #expect(try draft(order(machine: written)).contains("machine='\(expected)'"))
  }

  @Test("a machine type without kin on this host is refused")
  func foreignMachine() throws {
    let error = #expect(throws: FleetError.self) { try draft(order(machine: "pseries")) }
    #expect(error?.code == .unsupported)
  }

  @Test(
    "KVM is used where it works and is wanted, and never else",
    arguments: [
      (AccelerationPreference.required, true, "kvm"), (.preferred, true, "kvm"), (.preferred, false, "qemu"),
      (.none, true, "qemu"), (.none, false, "qemu"),
    ])
  func acceleration(wanted: AccelerationPreference, usable: Bool, type: String) throws {
    #expect(try draft(order(wanted: wanted), kvmUsable: usable).contains("<domain type='\(type)'>"))
  }

  @Test("a VM is refused without the KVM that it needs, or of another architecture")
  func refused() throws {
    let first = #expect(throws: FleetError.self) { try draft(order(wanted: .required)) }
    #expect(first?.code == .unsupported)
    var foreign = order()
    foreign.spec.architecture = "s390x"
    let second = #expect(throws: FleetError.self) { try draft(foreign) }
    #expect(second?.message.contains("s390x") == true)
  }

  @Test("a VM from flags gets a new document with all that was asked for")
  func blueprint() throws {
    var spec = VMSpec.sample("web-1")
    spec.vnc = VNCSpec(listen: "127.0.0.1", keymap: "de")
    spec.bootOrder = [.cdrom, .disk]
    let text = try draft(AgentFixture.provision(spec, port: 5911), kvmUsable: true)
    #expect(text.contains("<domain type='kvm'>") && text.contains("<name>web-1</name>"))
    #expect(text.contains("network='default'") && text.contains("02:00:00:00:00:01"))
    #expect(text.contains("port='5911'") && text.contains("keymap='de'"))
    #expect(text.contains("<serial ") && text.contains("/images/vda"))
    let order = text.components(separatedBy: "<boot dev='").dropFirst().map { $0.prefix { $0 != "'" } }
    #expect(order == ["cdrom", "hd"])
  }

  @Test("a VM with a socket gets a display without a port, from flags and from a document")
  func socket() throws {
    var spec = VMSpec.sample("web-1")
    spec.vnc = VNCSpec(keymap: "de", isSocket: true)
    let text = try draft(AgentFixture.provision(spec, port: nil), kvmUsable: true)
    #expect(text.contains("<listen type='socket'/>") && text.contains("keymap='de'"))
    #expect(text.contains("<video>") && text.contains("type='tablet'"))
    for gone in ["autoport", "127.0.0.1"] { #expect(!text.contains(gone), "\(gone)") }
    var order = order()
    order.spec.vnc = VNCSpec(isSocket: true)
    order.allocations.vncPort = nil
    let imported = try draft(order)
    #expect(imported.contains("<listen type='socket'/>"))
    for gone in ["0.0.0.0", "autoport", "5907"] { #expect(!imported.contains(gone), "\(gone)") }
  }

  @Test("what is no document is refused")
  func damaged() throws {
    for text in ["", "<domain", "<network/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><domain/>"] {
      var provision = order()
      provision.spec.document = text
      let error = #expect(throws: FleetError.self) { try draft(provision) }
      #expect(error?.code == .invalid)
    }
  }
}

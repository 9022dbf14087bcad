import DomainXML
import Testing

@Suite("Editing a domain")
struct EditingTests {
  @Test("identity is set, escaped, and removed")
  func identity() throws {
    var domain = try Fixture.domain("live-guest")
    try domain.setName("a<b>&'\"c")
    try domain.setUUID("11111111-2222-3333-4444-555555555555")
    try domain.setTitle("Küche <& co>")
    try domain.setType(.kvm)
    try domain.setEmulator("/usr/bin/kvm & co")
    try domain.setMachine("pc")
    try domain.setArchitecture("aarch64")
    var again = try DomainDocument(parsing: domain.text)
    #expect(try again.name == "a<b>&'\"c")
    #expect(try again.uuid == "11111111-2222-3333-4444-555555555555")
    #expect(try again.smbiosUUID == again.uuid)
    #expect(again.title == "Küche <& co>")
    #expect(again.type == .kvm)
    #expect(again.emulator == "/usr/bin/kvm & co")
    #expect(again.system.machine == "pc")
    #expect(again.system.architecture == "aarch64")
    try again.setUUID(nil)
    try again.setTitle(nil)
    try again.setEmulator(nil)
    try again.setMachine(nil)
    #expect(try again.uuid == nil)
    #expect(again.title == nil)
    #expect(try again.smbiosUUID == nil)
    #expect(again.emulator == nil)
    #expect(again.system.machine == nil)
  }

  @Test("an edit of one copy leaves the other as it was")
  func values() throws {
    let first = try Fixture.domain("annotated")
    var second = first
    try second.setName("second")
    try second.removeDisk(at: 0)
    #expect(try first.name == "lab_debian")
    #expect(first.disks.count == 2)
    #expect(second.disks.map(\.target) == ["hdb"])
  }

  @Test("a refused edit changes nothing")
  func refusal() throws {
    var domain = try Fixture.domain("annotated")
    let before = domain.text
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setName("a\u{7}b") } == .invalidCharacter)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setName("a/b") } == .invalidValue)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setUUID("xyz") } == .invalidValue)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setTitle("a\nb") } == .invalidValue)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setMemory(bytes: 0) } == .outOfRange)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setVCPUs(0) } == .outOfRange)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setVNCPort(70_000) } == .outOfRange)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.setVNCListen("") } == .invalidValue)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.removeDisk(at: 9) } == .notFound)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.removeInterface(at: -1) } == .notFound)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.ejectMedia(target: "vdz") } == .notFound)
    let twice = NewDisk(path: "/x", format: "raw", bus: .ide, target: "hda")
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.addDisk(twice) } == .duplicate)
    let odd = NewDisk(path: "/x\u{0}y", format: "raw")
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.addDisk(odd) } == .invalidCharacter)
    #expect(domain.text == before)
  }

  @Test("memory and processors follow each other's limits")
  func resources() throws {
    var domain = try Fixture.domain("rich")
    try domain.setMemory(bytes: (1 << 30) + 1)
    #expect(try domain.memoryBytes == (1 << 30) + 1024)
    try domain.setCurrentMemory(bytes: 1 << 29)
    try domain.setMemory(bytes: 1 << 28)
    #expect(try domain.currentMemoryBytes == 1 << 28)
    try domain.setMemory(bytes: .max - 1024)
    #expect(try domain.memoryBytes == Int64.max - 1023)
    try domain.setVCPUs(4, current: 2)
    #expect(try domain.vcpus == 4)
    #expect(try domain.currentVCPUs == 2)
    #expect(domain.cpu?.topology == nil)
    #expect(domain.text.contains("<vcpu placement='static' cpuset='0-7' current='2'>4</vcpu>"))
    try domain.setVCPUs(1)
    #expect(try domain.currentVCPUs == 1)
  }

  @Test("the boot order replaces the devices' own")
  func boot() throws {
    var domain = try Fixture.domain("rich")
    try domain.setBootOrder([.cdrom, .disk])
    #expect(domain.system.bootOrder == [.cdrom, .disk])
    #expect(!domain.text.contains("<boot order"))
  }

  @Test("a disk's source is replaced and its chain forgotten")
  func diskSource() throws {
    var domain = try Fixture.domain("live-guest")
    try domain.setDiskSource(at: 0, path: "/new & shiny.raw", format: "raw")
    #expect(domain.disks[0].source == .file(path: "/new & shiny.raw"))
    #expect(domain.disks[0].format == "raw")
    #expect(domain.disks[0].backing.isEmpty)
    #expect(domain.text.contains("<driver name='qemu' type='raw' cache='none' io='native'/>"))
    var rich = try Fixture.domain("rich")
    try rich.setDiskSource(at: 2, path: "/local.qcow2", format: "qcow2")
    #expect(rich.disks[2].source == .file(path: "/local.qcow2"))
    #expect(rich.disks[2].kind == .file)
    #expect(!rich.text.contains("mon1"))
  }

  @Test("disks take the first free name of their bus until it is full")
  func diskNames() throws {
    var domain = try Fixture.domain("rich")
    #expect(try domain.addDisk(NewDisk(path: "/1", format: "qcow2")) == "vdc")
    #expect(try domain.addDisk(NewDisk(path: "/2", format: "qcow2")) == "vdf")
    #expect(try domain.addDisk(NewDisk(path: "/3", format: "raw", bus: .scsi)) == "sdc")
    #expect(try domain.addDisk(NewDisk(path: "/4", format: "raw", bus: .ide, serial: "S<4>")) == "hda")
    #expect(domain.disks.last?.serial == "S<4>")
    #expect(domain.text.contains("<controller type='scsi' index='0' model='virtio-scsi'/>"))
    for name in ["hdb", "hdc", "hdd"] {
      #expect(try domain.addDisk(NewDisk(path: "/\(name)", format: "raw", bus: .ide)) == name)
    }
    let fifth = NewDisk(path: "/5", format: "raw", bus: .ide)
    #expect(Fixture.code { () throws(DomainXMLError) in try domain.addDisk(fifth) } == .noFreeName)
    for _ in 0..<30 { try domain.addDisk(NewDisk(path: "/more", format: "raw")) }
    #expect(Set(domain.disks.map(\.target)).count == domain.disks.count)
    #expect(domain.disks.contains { $0.target == "vdaa" })
  }

  @Test("media go into the drive there is, or into a new one on the machine's bus")
  func media() throws {
    var domain = try Fixture.domain("annotated")
    #expect(try domain.insertMedia(path: "/isos/tiny.iso") == "hdb")
    #expect(domain.disks.count == 2)
    #expect(domain.disks[1].source == .file(path: "/isos/tiny.iso"))
    #expect(try domain.ejectMedia() == 1)
    #expect(try domain.ejectMedia() == 0)
    #expect(domain.disks[1].source == .none)
    #expect(domain.disks[1].target == "hdb")
    var bare = try DomainDocument(parsing: Fixture.small())
    try bare.setMachine("pc-q35-7.2")
    #expect(try bare.insertMedia(path: "/a.iso") == "sda")
    #expect(bare.disks[0].bus == .sata)
    #expect(bare.disks[0].isReadOnly)
  }

  @Test("an interface's address is set where it stands, or added")
  func mac() throws {
    let mac = try #require(HardwareAddress("02:aa:bb:00:00:01"))
    var domain = try Fixture.domain("annotated")
    try domain.setMAC(mac, ofInterface: 0)
    #expect(domain.allMACs == [mac])
    #expect(try domain.addInterface(NewInterface(.network("lan"), mac: nil)) == 1)
    #expect(domain.interfaces[1].mac == nil)
    let second = try #require(HardwareAddress("02:aa:bb:00:00:02"))
    try domain.setMAC(second, ofInterface: 1)
    #expect(try domain.checkedMACs() == [mac, second])
    try domain.setBridge("br9", ofInterface: 1)
    #expect(domain.interfaces[1].kind == .bridge)
    #expect(domain.interfaces[1].bridge == "br9")
    #expect(domain.interfaces[1].network == nil)
    try domain.removeInterface(at: 0)
    #expect(domain.interfaces.map(\.mac) == [second])
  }

  @Test("VNC gets its port and address, attribute and child alike")
  func vnc() throws {
    var domain = try Fixture.domain("annotated")
    try domain.setVNCPort(5907)
    try domain.setVNCListen("127.0.0.1")
    let vnc = try #require(domain.vnc)
    #expect(vnc.port == 5907)
    #expect(!vnc.isAutoport)
    #expect(vnc.listeners == [.address("127.0.0.1")])
    #expect(domain.text.contains("listen='127.0.0.1'"))
    #expect(domain.text.contains("<listen type='address' address='127.0.0.1'/>"))
    #expect(domain.text.contains("keymap='en-us'"))
    var rich = try Fixture.domain("rich")
    try rich.setVNCListen("127.0.0.1")
    #expect(rich.vnc?.listenAddress == "127.0.0.1")
    #expect(!rich.text.contains("socket='/run/db-1-vnc.sock'"))
    var bare = try DomainDocument(parsing: Fixture.small())
    try bare.addVNCIfMissing()
    #expect(bare.vnc?.isAutoport == true)
    #expect(bare.vnc?.listenAddress == "127.0.0.1")
    try bare.addVNCIfMissing()
    #expect(bare.graphics.count == 1)
  }

  @Test("a serial console is added once")
  func serial() throws {
    var domain = try Fixture.domain("annotated")
    #expect(try domain.addSerial())
    #expect(try domain.addSerial() == false)
    #expect(domain.hasConsole)
    #expect(domain.serials.map(\.kind) == ["pty"])
    #expect(domain.consoles.map(\.targetType) == ["serial"])
  }

  @Test("what belongs to the old host can be removed")
  func foreign() throws {
    var domain = try Fixture.domain("live-guest")
    try domain.removeSecurityLabels()
    try domain.removeDeviceAddresses()
    #expect(!domain.text.contains("seclabel"))
    #expect(!domain.text.contains("<address"))
    #expect(!domain.text.contains("pcie-root-port"))
    #expect(domain.disks.count == 2)
  }

  @Test("added elements stand in libvirt's order, indented like their neighbours")
  func layout() throws {
    var domain = try DomainDocument(parsing: Fixture.small())
    try domain.setVCPUs(2)
    try domain.setUUID("11111111-2222-3333-4444-555555555555")
    try domain.addDisk(NewDisk(path: "/d.qcow2", format: "qcow2"))
    #expect(
      domain.text == """
        <domain type='qemu'>
          <name>small</name>
          <uuid>11111111-2222-3333-4444-555555555555</uuid>
          <memory unit='MiB'>64</memory>
          <vcpu>2</vcpu>
          <os>
            <type arch='x86_64'>hvm</type>
          </os>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2'/>
              <source file='/d.qcow2'/>
              <target dev='vda' bus='virtio'/>
            </disk>
          </devices>
        </domain>

        """)
  }
}

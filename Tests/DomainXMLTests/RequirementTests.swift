import Testing

@testable import DomainXML

@Suite("What a document asks of its host")
struct RequirementTests {
  private func requirements(_ devices: String, _ head: String = "") throws -> [String] {
    try DomainDocument(
      parsing: "<domain type='kvm'><name>a</name>\(head)<devices>\(devices)</devices></domain>"
    ).requirements.map { "\($0.kind.rawValue) \($0.value)" }
  }

  @Test("host devices are named as the host names them; optional ones are not asked for")
  func hardware() throws {
    let found = try requirements(
      """
      <hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x3b' slot='0' function='0'/></source>
      </hostdev>
      <hostdev mode='subsystem' type='usb'><source><vendor id='0x0529'/><product id='0x1'/></source></hostdev>
      <hostdev mode='subsystem' type='usb'><source startupPolicy='optional'><vendor id='1'/><product id='2'/></source>
      </hostdev>
      <hostdev mode='subsystem' type='usb'><source><address bus='1' device='14'/></source></hostdev>
      <hostdev mode='subsystem' type='mdev'><source><address uuid='C2177883f1bb47f0914d32a22e3a8804'/></source>
      </hostdev>
      <interface type='direct'><source dev='eth0'/></interface>
      """)
    #expect(
      found == [
        "pci 0000:3b:00.0", "usb 0529:0001", "file /dev/bus/usb/001/014", "mdev c2177883-f1bb-47f0-914d-32a22e3a8804",
        "network-device eth0",
      ])
  }

  @Test("TPM, video, shares, firmware and kernels are asked for by kind and file")
  func devices() throws {
    let found = try requirements(
      """
      <tpm model='tpm-crb'><backend type='emulator'/></tpm><video><model type='qxl'/></video>
      <filesystem type='mount'><driver type='virtiofs'/><source dir='/srv/assets'/><target dir='assets'/></filesystem>
      <rng model='virtio'><backend model='random'>/dev/hwrng</backend></rng>
      """,
      """
      <os firmware='efi'><type>hvm</type><loader secure='yes'>/fw/CODE.fd</loader><kernel>/k</kernel></os>
      """)
    for word in [
      "firmware efi", "firmware secure-boot", "file /fw/CODE.fd", "file /k", "tpm emulator", "tpm-model tpm-crb",
      "video qxl", "filesystem virtiofs", "directory /srv/assets", "random random", "file /dev/hwrng",
    ] {
      #expect(found.contains(word), "\(word) is missing")
    }
  }

  @Test("pins, nodes and huge pages are asked for with their numbers")
  func processors() throws {
    let document = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><vcpu cpuset='28-31'>2</vcpu>
        <memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>
        <cputune><vcpupin vcpu='0' cpuset='30'/><emulatorpin cpuset='28,29'/></cputune>
        <numatune><memory mode='strict' nodeset='1'/></numatune></domain>
        """)
    let found = document.requirements.map { "\($0.kind.rawValue) \($0.value)" }
    #expect(found == ["cpus 28-31", "cpus 30", "cpus 28,29", "nodes 1"])
    #expect(document.hugePageSizes == [1 << 30])
    #expect(try DomainDocument(parsing: Fixture.small()).hugePageSizes.isEmpty)
  }

  @Test("disks that are no files have names of their own, by which two are told to be one")
  func elsewhere() throws {
    let disks = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><devices>
        <disk type='volume'><source pool='default' volume='x'/><target dev='vda'/></disk>
        <disk type='network'><source protocol='rbd' name='p/x'><host name='b'/><host name='a'/></source>
        <target dev='vdb'/></disk>
        <disk type='network'><source protocol='rbd' name='p/x'><host name='a'/><host name='b'/></source>
        <target dev='vdc'/></disk>
        <disk type='file'><source file='/x'/><target dev='vdd'/></disk></devices></domain>
        """
    ).disks
    #expect(disks[0].elsewhere == "volume:default/x" && disks[3].elsewhere == nil)
    #expect(disks[1].elsewhere != nil && disks[1].elsewhere == disks[2].elsewhere)
  }
}

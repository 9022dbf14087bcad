import Testing

@testable import DomainXML

@Suite("What a run leaves in a document")
struct RuntimeStateTests {
  /// A dump of a running guest, with things of the run and things of a person side by side.
  private static let dump = """
    <domain type='kvm' id='5'>
      <name>registry</name>
      <memory unit='KiB'>262144</memory>
      <resource><partition>/machine</partition></resource>
      <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
      <devices>
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/><source file='/srv/registry.qcow2' index='1'/>
          <backingStore type='file' index='3'><format type='qcow2'/><source file='/srv/base.qcow2'/></backingStore>
          <target dev='vda' bus='virtio'/><alias name='virtio-disk0'/>
          <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
        </disk>
        <interface type='network'>
          <mac address='52:54:00:5c:1a:01'/><source network='lan' portid='2f0d52c2' bridge='virbr3'/>
          <target dev='vnet7'/><model type='virtio'/><alias name='ua-uplink'/>
        </interface>
        <interface type='bridge'>
          <mac address='52:54:00:5c:1a:02'/><source bridge='kvmbr0'/><target dev='front-door'/><alias name='net1'/>
        </interface>
        <console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/><target type='serial' port='0'/></console>
        <channel type='unix'>
          <source mode='bind' path='/run/libvirt/qemu/channel/5-registry/org.qemu.guest_agent.0'/>
          <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
        </channel>
        <channel type='unix'>
          <source mode='bind' path='/srv/sockets/metrics.sock'/><target type='virtio' name='metrics.0'/>
        </channel>
        <graphics type='vnc' port='5903' autoport='yes' listen='127.0.0.1'/>
        <vsock model='virtio'><cid auto='yes' address='3'/></vsock>
      </devices>
      <seclabel type='dynamic' model='selinux' relabel='yes'>
        <label>system_u:system_r:svirt_t:s0:c105,c872</label><imagelabel>system_u:object_r:x</imagelabel>
      </seclabel>
      <seclabel type='none' model='dac'/>
    </domain>
    """

  @Test("sockets, aliases, chains, taps, labels and ports of the run go")
  func gone() throws {
    var document = try DomainDocument(parsing: Self.dump)
    #expect(try document.removeRuntimeState())
    for word in [
      "id='5'", "index=", "backingStore", "virtio-disk0", "portid", "virbr3", "vnet7", "'net1'", "/dev/pts", "tty",
      "5-registry", "state=", "5903", "address='3'", "svirt", "/machine",
    ] {
      #expect(!document.text.contains(word), "\(word) is still there")
    }
    #expect(document.isDumpOfRun == false)
  }

  @Test("what a person wrote stays: own names, a socket, a label that is turned off")
  func kept() throws {
    var document = try DomainDocument(parsing: Self.dump)
    try document.removeRuntimeState()
    for word in [
      "ua-uplink", "front-door", "/srv/sockets/metrics.sock", "type='none'", "bus='0x04'", "org.qemu.guest_agent.0",
      "network='lan'", "autoport='yes'", "auto='yes'",
    ] {
      #expect(document.text.contains(word), "\(word) is gone")
    }
  }

  @Test("a chain of files that a person states in a document at rest stays")
  func writtenChain() throws {
    var document = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><devices><disk type='file'><source file='/top'/>
        <backingStore type='file'><format type='qcow2'/><source file='/base'/><backingStore/></backingStore>
        <target dev='vda'/></disk></devices></domain>
        """)
    #expect(try !document.removeRuntimeState())
    #expect(document.disks[0].backing == [.file(path: "/base")])
  }

  @Test("without KVM mode, model and features go; topology, cells and their access stay")
  func processor() throws {
    var document = try DomainDocument(
      parsing: """
        <domain type='kvm'><name>a</name><vcpu>4</vcpu>
        <cpu mode='host-passthrough' check='none' migratable='on'><topology sockets='2' cores='2' threads='1'/>
        <feature policy='require' name='vmx'/><cache mode='passthrough'/><maxphysaddr mode='passthrough'/>
        <numa><cell id='0' cpus='0-3' memory='64' unit='MiB' memAccess='shared'/></numa></cpu></domain>
        """)
    try document.leaveProcessorToEmulator()
    #expect(document.cpu?.mode == nil && document.cpu?.topology?.total == 4)
    #expect(document.text.contains("memAccess='shared'"))
    for word in ["host-passthrough", "vmx", "cache", "maxphysaddr", "migratable", "check"] {
      #expect(!document.text.contains(word), "\(word) is still there")
    }
  }

  @Test("what draws through SPICE goes with it; a display without a screen keeps its own")
  func acceleration() throws {
    let spice = """
      <domain type='kvm'><name>a</name><devices><graphics type='spice'><gl enable='yes'/></graphics>
      <smartcard mode='passthrough' type='spicevmc'/><redirdev bus='usb' type='spicevmc'/><audio id='1' type='spice'/>
      <video><model type='virtio'><acceleration accel3d='yes'/></model></video></devices></domain>
      """
    var document = try DomainDocument(parsing: spice)
    try document.keepOneVNC()
    for word in ["spice", "accel3d", "acceleration", "gl "] { #expect(!document.text.contains(word)) }
    var headless = try DomainDocument(
      parsing: spice.replacing("<smartcard", with: "<graphics type='egl-headless'/><smartcard"))
    try headless.keepOneVNC()
    #expect(headless.text.contains("accel3d='yes'") && headless.graphics.map(\.kind) == [.headless])
  }

  @Test("variables that another has are left to libvirt, as a template or not at all")
  func variables() throws {
    let text = "<domain type='kvm'><name>a</name><os><type>hvm</type><nvram>/fw/VARS.fd</nvram></os></domain>"
    var copied = try DomainDocument(parsing: text)
    try copied.leaveVariablesToLibvirt(takeAsTemplate: true)
    #expect(copied.system.nvramPath == nil && copied.text.contains("template='/fw/VARS.fd'"))
    var own = try DomainDocument(parsing: text)
    try own.leaveVariablesToLibvirt(takeAsTemplate: false)
    #expect(!own.text.contains("nvram"))
  }
}

/// A small domain document with one thing in it that libvirt 9.0's schema knows.
package struct DocumentSample: Sendable, CustomStringConvertible {
  /// How the guest boots.
  package enum System: String, Sendable {
    case q35 = "<os><type arch='x86_64' machine='q35'>hvm</type></os>"
    case pc = "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
    case efi = "<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>"
    case secureBoot = """
      <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>
      <firmware><feature enabled='yes' name='secure-boot'/></firmware><loader secure='yes'/></os>
      <features><smm state='on'/></features>
      """
    case loader = """
      <os><type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' type='pflash'>/srv/OVMF_CODE.fd</loader>
      <nvram template='/srv/OVMF_VARS.fd'/></os>
      """
    case kernel = """
      <os><type arch='x86_64' machine='q35'>hvm</type><kernel>/srv/vmlinuz</kernel><initrd>/srv/initrd</initrd>
      <cmdline>console=ttyS0</cmdline></os>
      """
  }

  /// The guest's name.
  package let name: String
  let devices: String
  let head: String
  let system: System

  init(_ name: String, devices: String = "", head: String = "", system: System = .q35) {
    self.name = name
    self.devices = devices
    self.head = head
    self.system = system
  }

  package var description: String { name }

  /// The document as people write it.
  package var text: String {
    """
    <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
    <name>\(name)</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
    \(system.rawValue)
    <devices>\(devices)</devices>
    \(head)
    </domain>
    """
  }

  /// Every sample.
  package static let all = disks + interfaces + devices
}

extension DocumentSample {
  /// Disks of every kind that libvirt knows.
  static let disks: [DocumentSample] = [
    DocumentSample(
      "disk-file",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/a.qcow2'/>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-block",
      devices: """
        <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/a'/>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-vmdk",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='vmdk'/><source file='/srv/a.vmdk'/>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-dir",
      devices: """
        <disk type='dir' device='disk'><driver name='qemu' type='fat'/><source dir='/srv/fat'/>
        <target dev='vda' bus='virtio'/><readonly/></disk>
        """),
    DocumentSample(
      "disk-volume",
      devices: """
        <disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>
        <source pool='default' volume='a.qcow2'/><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-rbd",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='rbd' name='pool/a'>
        <host name='mon1.example.net' port='6789'/><host name='mon2.example.net' port='6789'/></source>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-rbd-secret",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='rbd' name='pool/b'>
        <host name='mon1.example.net'/><auth username='vm'><secret type='ceph' usage='client.vm'/></auth>
        </source><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-iscsi",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/>
        <source protocol='iscsi' name='iqn.2013-07.com.example:iscsi-nopool/2'>
        <host name='san.example.net' port='3260'/></source><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-nbd",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='nbd' name='export'>
        <host name='nbd.example.net' port='10809'/></source><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-nbd-socket",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='nbd'>
        <host transport='unix' socket='/run/nbd.sock'/></source><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-gluster",
      devices: """
        <disk type='network' device='disk'><driver name='qemu' type='raw'/>
        <source protocol='gluster' name='vol/a.img'><host name='g1.example.net' port='24007'/></source>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-http",
      devices: """
        <disk type='network' device='cdrom'><driver name='qemu' type='raw'/>
        <source protocol='http' name='/iso/setup.iso'><host name='mirror.example.net' port='80'/></source>
        <target dev='sda' bus='sata'/><readonly/></disk>
        """),
    DocumentSample(
      "disk-https",
      devices: """
        <disk type='network' device='cdrom'><driver name='qemu' type='raw'/>
        <source protocol='https' name='/iso/setup.iso'><host name='mirror.example.net' port='443'/>
        <ssl verify='yes'/></source><target dev='sda' bus='sata'/><readonly/></disk>
        """),
    DocumentSample(
      "disk-nvme",
      devices: """
        <disk type='nvme' device='disk'><driver name='qemu' type='raw'/>
        <source type='pci' managed='yes' namespace='1'>
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
        <target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-vhostuser",
      devices: """
        <disk type='vhostuser' device='disk'><driver name='qemu' type='raw'/>
        <source type='unix' path='/run/vhost-blk.sock'/><target dev='vda' bus='virtio'/></disk>
        """,
      head: """
        <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
        """),
    DocumentSample(
      "disk-lun",
      devices: """
        <controller type='scsi' index='0' model='virtio-scsi'/><disk type='block' device='lun'>
        <driver name='qemu' type='raw'/><source dev='/dev/sdz'/><target dev='sda' bus='scsi'/></disk>
        """),
    DocumentSample(
      "disk-luks",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/a.luks'>
        <encryption format='luks'><secret type='passphrase' uuid='f52a81b2-424e-490c-823d-6bd4235bc500'/>
        </encryption></source><target dev='vda' bus='virtio'/></disk>
        """),
    DocumentSample(
      "disk-shareable",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/>
        <source file='/srv/quorum.img'/><target dev='vda' bus='virtio'/><shareable/></disk>
        """),
    DocumentSample(
      "disk-usb",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/stick.img'/>
        <target dev='sda' bus='usb'/></disk>
        """),
    DocumentSample(
      "floppy",
      devices: """
        <disk type='file' device='floppy'><driver name='qemu' type='raw'/><source file='/srv/a.vfd'/>
        <target dev='fda' bus='fdc'/><readonly/></disk>
        """,
      system: .pc),
    DocumentSample(
      "cdrom-empty",
      devices: """
        <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><target dev='sda' bus='sata'/>
        <readonly/></disk>
        """),
    DocumentSample(
      "disk-backing-written",
      devices: """
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/top.qcow2'/>
        <backingStore type='file'><format type='qcow2'/><source file='/srv/base.qcow2'/><backingStore/>
        </backingStore><target dev='vda' bus='virtio'/></disk>
        """),
  ]
}

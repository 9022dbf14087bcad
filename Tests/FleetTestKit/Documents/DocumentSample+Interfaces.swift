extension DocumentSample {
  /// Interfaces and devices of the host.
  static let interfaces: [DocumentSample] = [
    DocumentSample(
      "nic-network",
      devices: """
        <interface type='network'><mac address='52:54:00:5d:00:01'/><source network='default'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-portgroup",
      devices: """
        <interface type='network'><mac address='52:54:00:5d:00:02'/><source network='default' portgroup='red'/>
        <vlan><tag id='42'/></vlan><model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-bridge",
      devices: """
        <interface type='bridge'><mac address='52:54:00:5d:00:03'/><source bridge='br0'/><model type='virtio'/>
        </interface>
        """),
    DocumentSample(
      "nic-openvswitch",
      devices: """
        <interface type='bridge'><mac address='52:54:00:5d:00:04'/><source bridge='ovsbr'/>
        <virtualport type='openvswitch'/><model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-user",
      devices: """
        <interface type='user'><mac address='52:54:00:5d:00:05'/><model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-user-portforward",
      devices: """
        <interface type='user'><mac address='52:54:00:5d:00:06'/>
        <ip family='ipv4' address='172.17.2.0' prefix='24'/><model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-direct",
      devices: """
        <interface type='direct'><mac address='52:54:00:5d:00:07'/><source dev='eth0' mode='bridge'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-direct-passthrough",
      devices: """
        <interface type='direct'><mac address='52:54:00:5d:00:08'/><source dev='eth1' mode='passthrough'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-ethernet",
      devices: """
        <interface type='ethernet'><mac address='52:54:00:5d:00:09'/><target dev='mytap1' managed='no'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-hostdev",
      devices: """
        <interface type='hostdev' managed='yes'><mac address='52:54:00:5d:00:0a'/><source>
        <address type='pci' domain='0x0000' bus='0x03' slot='0x10' function='0x0'/></source></interface>
        """),
    DocumentSample(
      "nic-vhostuser",
      devices: """
        <interface type='vhostuser'><mac address='52:54:00:5d:00:0b'/>
        <source type='unix' path='/run/vhost1.sock' mode='client'/><model type='virtio'/></interface>
        """,
      head: """
        <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
        """),
    DocumentSample(
      "nic-vdpa",
      devices: """
        <interface type='vdpa'><mac address='52:54:00:5d:00:0c'/><source dev='/dev/vhost-vdpa-0'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-mcast",
      devices: """
        <interface type='mcast'><mac address='52:54:00:5d:00:0d'/><source address='230.0.0.1' port='5558'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-client",
      devices: """
        <interface type='client'><mac address='52:54:00:5d:00:0e'/><source address='192.0.2.1' port='5559'/>
        <model type='virtio'/></interface>
        """),
    DocumentSample(
      "nic-without-address",
      devices: """
        <interface type='direct'><source dev='eth0' mode='bridge'/><model type='virtio'/></interface>
        """),
    DocumentSample(
      "hostdev-pci",
      devices: """
        <hostdev mode='subsystem' type='pci' managed='yes'><source>
        <address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/></source></hostdev>
        """),
    DocumentSample(
      "hostdev-usb",
      devices: """
        <hostdev mode='subsystem' type='usb'><source><vendor id='0x0529'/><product id='0x0001'/></source>
        </hostdev>
        """),
    DocumentSample(
      "hostdev-usb-optional",
      devices: """
        <hostdev mode='subsystem' type='usb'><source startupPolicy='optional'><vendor id='0x0529'/>
        <product id='0x0001'/></source></hostdev>
        """),
    DocumentSample(
      "hostdev-usb-address",
      devices: """
        <hostdev mode='subsystem' type='usb'><source><address bus='1' device='14'/></source></hostdev>
        """),
    DocumentSample(
      "hostdev-mdev",
      devices: """
        <hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>
        <address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>
        """),
    DocumentSample(
      "hostdev-scsi",
      devices: """
        <controller type='scsi' index='0' model='virtio-scsi'/><hostdev mode='subsystem' type='scsi'><source>
        <adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/></source></hostdev>
        """),
  ]
}

extension DocumentSample {
  /// The other devices, memory, firmware and what goes past libvirt.
  static let rest: [DocumentSample] = [
    DocumentSample(
      "input-evdev",
      devices: """
        <input type='evdev'><source dev='/dev/input/by-id/keyboard' grab='all'/></input>
        """),
    DocumentSample(
      "input-passthrough",
      devices: """
        <input type='passthrough' bus='virtio'><source evdev='/dev/input/event1'/></input>
        """),
    DocumentSample(
      "sound",
      devices: """
        <sound model='ich9'><audio id='1'/></sound><audio id='1' type='none'/>
        """),
    DocumentSample(
      "rng-egd",
      devices: """
        <rng model='virtio'><backend model='egd' type='udp'><source mode='bind' service='1234'/>
        <source mode='connect' host='192.0.2.2' service='1234'/></backend></rng>
        """),
    DocumentSample(
      "rng-hwrng",
      devices: """
        <rng model='virtio'><backend model='random'>/dev/hwrng</backend></rng>
        """),
    DocumentSample(
      "watchdog",
      devices: """
        <watchdog model='i6300esb' action='reset'/>
        """),
    DocumentSample(
      "panic",
      devices: """
        <panic model='isa'><address type='isa' iobase='0x505'/></panic>
        """),
    DocumentSample(
      "shmem",
      devices: """
        <shmem name='shared'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>
        """),
    DocumentSample(
      "memory-nvdimm",
      devices: """
        <memory model='nvdimm'><source><path>/srv/nvdimm</path></source><target><size unit='MiB'>256</size>
        <node>0</node><label><size unit='KiB'>128</size></label></target></memory>
        """,
      head: """
        <maxMemory slots='4' unit='GiB'>2</maxMemory><cpu><numa><cell id='0' cpus='0' memory='64' unit='MiB'/>
        </numa></cpu>
        """),
    DocumentSample(
      "vsock",
      devices: """
        <vsock model='virtio'><cid auto='yes'/></vsock>
        """),
    DocumentSample(
      "iommu",
      devices: """
        <iommu model='intel'/>
        """,
      head: """
        <features><ioapic driver='qemu'/></features>
        """),
    DocumentSample(
      "lease",
      devices: """
        <lease><lockspace>somearea</lockspace><key>somekey</key><target path='/srv/lease' offset='1024'/>
        </lease>
        """),
    DocumentSample(
      "hugepages",
      head: """
        <memoryBacking><hugepages><page size='2' unit='MiB'/></hugepages></memoryBacking>
        """),
    DocumentSample(
      "pins",
      head: """
        <cputune><vcpupin vcpu='0' cpuset='0'/><emulatorpin cpuset='0'/></cputune><numatune>
        <memory mode='strict' nodeset='0'/></numatune>
        """),
    DocumentSample(
      "efi",
      system: .efi),
    DocumentSample(
      "secure-boot",
      system: .secureBoot),
    DocumentSample(
      "loader",
      system: .loader),
    DocumentSample(
      "kernel",
      system: .kernel),
    DocumentSample(
      "sysinfo",
      head: """
        <sysinfo type='smbios'><system><entry name='manufacturer'>Example</entry></system></sysinfo>
        """),
    DocumentSample(
      "fwcfg",
      head: """
        <sysinfo type='fwcfg'><entry name='opt/com.example/config' file='/srv/ignition.json'/></sysinfo>
        """),
    DocumentSample(
      "label-static",
      head: """
        <seclabel type='static' model='dac' relabel='no'><label>+0:+0</label></seclabel>
        """),
    DocumentSample(
      "label-none",
      head: """
        <seclabel type='none' model='dac'/>
        """),
    DocumentSample(
      "cpu-custom",
      head: """
        <cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu>
        """),
    DocumentSample(
      "qemu-arguments",
      head: """
        <qemu:commandline><qemu:arg value='-device'/><qemu:arg value='e1000,netdev=lab0,mac=52:54:00:5D:01:01'/>
        </qemu:commandline>
        """),
    DocumentSample(
      "qemu-override",
      devices: """
        <interface type='user'><mac address='52:54:00:5d:00:0f'/><model type='virtio'/></interface>
        """,
      head: """
        <qemu:override><qemu:device alias='ua-net'><qemu:frontend>
        <qemu:property name='mac' type='string' value='52:54:00:5d:01:02'/></qemu:frontend></qemu:device>
        </qemu:override>
        """),
  ]
}

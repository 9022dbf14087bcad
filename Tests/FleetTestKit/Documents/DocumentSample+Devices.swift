extension DocumentSample {
  /// Displays, TPMs, shared directories, character and other devices, memory, firmware and what goes past libvirt.
  static let devices: [DocumentSample] = [
    DocumentSample(
      "graphics-vnc-socket",
      devices: """
        <graphics type='vnc' socket='/srv/vnc.sock'/>
        """),
    DocumentSample(
      "graphics-vnc-password",
      devices: """
        <graphics type='vnc' port='-1' autoport='yes' passwd='geheim'/>
        """),
    DocumentSample(
      "graphics-spice",
      devices: """
        <graphics type='spice' autoport='yes'/><video><model type='qxl'/></video>
        """),
    DocumentSample(
      "graphics-spice-gl",
      devices: """
        <graphics type='spice'><listen type='none'/><gl enable='yes'/></graphics><video><model type='virtio'>
        <acceleration accel3d='yes'/></model></video>
        """),
    DocumentSample(
      "graphics-egl-headless",
      devices: """
        <graphics type='vnc' port='-1' autoport='yes'/><graphics type='egl-headless'>
        <gl rendernode='/dev/dri/renderD128'/></graphics><video><model type='virtio'>
        <acceleration accel3d='yes'/></model></video>
        """),
    DocumentSample(
      "graphics-two",
      devices: """
        <graphics type='vnc' port='5950' listen='0.0.0.0'/><graphics type='spice' port='5960' listen='0.0.0.0'/>
        """),
    DocumentSample(
      "video-bochs",
      devices: """
        <video><model type='bochs'/></video>
        """),
    DocumentSample(
      "video-ramfb",
      devices: """
        <video><model type='ramfb'/></video>
        """),
    DocumentSample(
      "video-none",
      devices: """
        <video><model type='none'/></video>
        """),
    DocumentSample(
      "tpm-emulator",
      devices: """
        <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
        """),
    DocumentSample(
      "tpm-passthrough",
      devices: """
        <tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
        """),
    DocumentSample(
      "filesystem-9p",
      devices: """
        <filesystem type='mount' accessmode='mapped'><source dir='/srv/share'/><target dir='share'/>
        </filesystem>
        """),
    DocumentSample(
      "filesystem-virtiofs",
      devices: """
        <filesystem type='mount'><driver type='virtiofs'/><source dir='/srv/share'/><target dir='share'/>
        </filesystem>
        """,
      head: """
        <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
        """),
    DocumentSample(
      "filesystem-virtiofs-socket",
      devices: """
        <filesystem type='mount'><driver type='virtiofs'/><source socket='/run/virtiofsd.sock'/>
        <target dir='share'/></filesystem>
        """,
      head: """
        <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
        """),
    DocumentSample(
      "serial-tcp",
      devices: """
        <serial type='tcp'><source mode='bind' host='0.0.0.0' service='4555'/><protocol type='telnet'/>
        <target port='0'/></serial>
        """),
    DocumentSample(
      "serial-dev",
      devices: """
        <serial type='dev'><source path='/dev/ttyS0'/><target port='0'/></serial>
        """),
    DocumentSample(
      "serial-file",
      devices: """
        <serial type='file'><source path='/var/log/guest.log'/><target port='0'/></serial>
        """),
    DocumentSample(
      "parallel",
      devices: """
        <parallel type='dev'><source path='/dev/parport0'/><target port='0'/></parallel>
        """),
    DocumentSample(
      "channel-agent",
      devices: """
        <channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/>
        </channel>
        """),
    DocumentSample(
      "channel-vdagent",
      devices: """
        <channel type='qemu-vdagent'><source><clipboard copypaste='yes'/></source>
        <target type='virtio' name='com.redhat.spice.0'/></channel>
        """),
    DocumentSample(
      "smartcard",
      devices: """
        <smartcard mode='host'/>
        """),
    DocumentSample(
      "redirdev-tcp",
      devices: """
        <redirdev bus='usb' type='tcp'><source mode='connect' host='192.0.2.9' service='4000'/>
        <protocol type='raw'/></redirdev>
        """),
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

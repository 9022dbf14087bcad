extension DocumentSample {
  /// Displays, TPMs, shared directories and character devices.
  static let looks: [DocumentSample] = [
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
  ]
}

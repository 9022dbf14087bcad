package import Fleet

extension ObservedDomain {
  /// A domain document that says what one of its configurations does.
  package func document(_ configuration: DomainConfiguration) -> String {
    let nics = configuration.nics.map { nic in
      let source = nic.network.isEmpty ? "bridge='\(nic.bridge)'" : "network='\(nic.network)'"
      return """
        <interface type='\(nic.network.isEmpty ? "bridge" : "network")'>
          <mac address='\(nic.mac.map(\.description) ?? "")'/><source \(source)/>
        </interface>
        """
    }
    let disks = configuration.disks.map { disk in
      """
      <disk type='file' device='\(disk.device)'>
        <driver name='qemu' type='\(disk.format)'/><source file='\(disk.path)'/>
        <target dev='\(disk.target)' bus='\(disk.bus.isEmpty ? "virtio" : disk.bus)'/>
      </disk>
      """
    }
    let graphics = configuration.graphics.map { display in
      "<graphics type='\(display.type)' port='\(display.port ?? -1)' autoport='\(display.autoport ? "yes" : "no")'/>"
    }
    return """
      <domain type='\(configuration.type)'>
        <name>\(name)</name><uuid>\(id)</uuid>
        <memory unit='b'>\(configuration.memory.bytes)</memory><vcpu>\(configuration.vcpus)</vcpu>
        <os><type arch='x86_64' machine='\(configuration.machine)'>hvm</type></os>
        <devices>
          \((disks + nics + graphics).joined(separator: "\n"))
        </devices>
      </domain>
      """
  }
}

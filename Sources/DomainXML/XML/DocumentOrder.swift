/// The order in which libvirt writes the children of its elements.
///
/// libvirt reads them in any order; new elements go where a reader of libvirt's documents looks for them.
/// Corresponds to https://libvirt.org/formatdomain.html
enum DocumentOrder {
  private static let domain = [
    "name", "uuid", "genid", "title", "description", "metadata", "maxMemory", "memory", "currentMemory", "blkiotune",
    "memtune", "memoryBacking", "vcpu", "vcpus", "iothreads", "cputune", "numatune", "resource", "sysinfo",
    "bootloader", "os", "idmap", "features", "cpu", "clock", "on_poweroff", "on_reboot", "on_lockfailure", "on_crash",
    "pm", "perf", "devices", "seclabel", "keywrap", "launchSecurity",
  ]
  private static let devices = [
    "emulator", "disk", "controller", "lease", "filesystem", "interface", "smartcard", "serial", "parallel",
    "console", "channel", "input", "tpm", "graphics", "sound", "audio", "video", "hostdev", "redirdev", "redirfilter",
    "hub", "watchdog", "memballoon", "rng", "nvram", "panic", "shmem", "memory", "iommu", "vsock",
  ]
  private static let os = [
    "type", "firmware", "loader", "nvram", "kernel", "initrd", "cmdline", "dtb", "boot", "bootmenu", "smbios", "bios",
  ]
  private static let disk = [
    "driver", "auth", "source", "backingStore", "geometry", "blockio", "mirror", "target", "iotune", "readonly",
    "shareable", "transient", "serial", "wwn", "vendor", "product", "encryption", "boot", "alias", "address",
  ]
  private static let interface = [
    "mac", "source", "virtualport", "vlan", "ip", "route", "script", "target", "guest", "model", "driver", "backend",
    "filterref", "boot", "tune", "link", "mtu", "coalesce", "port", "alias", "address",
  ]
  private static let features = ["pae", "acpi", "apic"]

  /// Where `child` stands among the children of `parent`; nil if libvirt's order is not known here.
  static func rank(of child: String, in parent: String) -> Int? {
    switch parent {
    case "domain", "inactiveDomain": domain.firstIndex(of: child)
    case "devices": devices.firstIndex(of: child)
    case "os": os.firstIndex(of: child)
    case "disk": disk.firstIndex(of: child)
    case "interface": interface.firstIndex(of: child)
    case "features": features.firstIndex(of: child)
    default: nil
    }
  }
}

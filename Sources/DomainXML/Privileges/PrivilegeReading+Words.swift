extension PrivilegeReading {
  /// The elements of plain guests' devices; any other is reported by its name.
  ///
  /// From the schemas of libvirt's domain document: https://libvirt.org/formatdomain.html#devices
  static let plainWords: Set<String> = [
    // Of many devices.
    "acpi", "address", "alias", "boot", "driver", "link", "master", "model", "rom", "source", "target", "teaming",
    // Disks.
    "auth", "backenddomain", "backingStore", "blockio", "cipher", "config", "cookie", "cookies", "encryption",
    "format",
    "geometry", "group_name", "initiator", "iotune", "iqn", "ivgen", "max_size", "metadata_cache", "mirror",
    "product",
    "queue", "queues", "read_bytes_sec", "read_bytes_sec_max", "read_bytes_sec_max_length", "read_iops_sec",
    "read_iops_sec_max", "read_iops_sec_max_length", "readahead", "readonly", "reconnect", "secret", "serial",
    "shareable", "size_iops_sec", "slice", "slices", "snapshot", "ssl", "statistic", "statistics", "throttlefilter",
    "throttlefilters", "timeout", "total_bytes_sec", "total_bytes_sec_max", "total_bytes_sec_max_length",
    "total_iops_sec", "total_iops_sec_max", "total_iops_sec_max_length", "transient", "vendor", "write_bytes_sec",
    "write_bytes_sec_max", "write_bytes_sec_max_length", "write_iops_sec", "write_iops_sec_max",
    "write_iops_sec_max_length", "wwn", "iothread", "iothreads", "latency", "latencies", "latency-histogram",
    "latency-histograms", "bin",
    // Interfaces.
    "backend", "bandwidth", "coalesce", "filterref", "frames", "guest", "host", "inbound", "ip", "mac", "mtu",
    "outbound", "parameter", "parameters", "port", "route", "rx", "sndbuf", "tag", "tune", "virtualport", "vlan",
    // Displays and their adapters.
    "acceleration", "channel", "clipboard", "filetransfer", "gl", "image", "jpeg", "mouse", "playback", "resolution",
    "streaming", "zlib", "listen", "edid",
    // Sound.
    "codec", "input", "output", "settings",
    // Memory, controllers and the rest.
    "active_pcr_banks", "alignsize", "block", "current", "label", "memnode", "node", "nodemask", "pagesize",
    "pcihole64", "pmem", "profile", "protocol", "rate", "requested", "sha1", "sha256", "sha384", "sha512",
    "size", "stats", "usbdev",
    "uuid", "cache", "lock", "sandbox", "thread_pool", "space_hard_limit", "space_soft_limit", "idmap", "uid", "gid",
    "interleave", "granule", "freePageReporting",
  ]
}

package import Fleet

extension VMSpec {
  /// A small VM with one blank disk and one NIC on the network `default`.
  package static func sample(
    _ name: String = "web-1", vcpus: Int = 2, memory: ByteCount = .gibibytes(2), disk: ByteCount = .gibibytes(10),
    nics: [NICSpec] = [NICSpec(source: .network("default"))]
  ) -> VMSpec {
    VMSpec(
      name: name, vcpus: vcpus, memory: memory,
      disks: disk == .zero ? [] : [DiskSpec(target: "vda", source: .blank, size: disk)], nics: nics)
  }
}

internal import Fleet

extension ObservedDomain {
  /// The disks it writes to in any configuration, by path; those that guests may share are left out.
  var writableDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter(\.isWrittenAlone).map(\.path))
  }

  /// The UUIDs its firmware tells the guest in place of its own, if any.
  var smbiosUUIDs: Set<String> {
    Set(configurations.map { $0.smbiosUUID.lowercased() }.filter { !$0.isEmpty })
  }
}

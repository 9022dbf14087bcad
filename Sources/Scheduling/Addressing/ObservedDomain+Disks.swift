internal import Fleet

extension ObservedDomain {
  /// The disks it alone writes to in any configuration, by ``ObservedDisk/keys``.
  var writableDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter(\.isWrittenAlone).flatMap(\.keys))
  }

  /// The disks that it writes to and lets others write to, in the same form.
  var sharedDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter { $0.isWritten && $0.shareable }.flatMap(\.keys))
  }

  /// The UUIDs its firmware tells the guest in place of its own, if any.
  var smbiosUUIDs: Set<String> {
    Set(configurations.map { $0.smbiosUUID.lowercased() }.filter { !$0.isEmpty })
  }
}

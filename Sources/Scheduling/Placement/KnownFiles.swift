public import Fleet

/// What is known of the files on a host that a VM brings along.
public enum KnownFiles: Hashable, Sendable {
  /// Nobody asked: no host is refused for them.
  case unasked
  /// What stands at each path that was asked for, and at the path of each volume, which is named `POOL/NAME`; a volume
  /// whose path nobody knows is left out.
  case found([String: FileFact.Kind])
  /// The host gave no answer, for this reason.
  case unknown(String)
}

extension ObservedDisk {
  /// True for a disk that one guest alone may write to.
  public var isWrittenAlone: Bool { isWritten && !shareable }
}

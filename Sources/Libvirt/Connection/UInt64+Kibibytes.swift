extension UInt64 {
  /// Bytes from libvirt's KiB, held at the largest number instead of overflowing.
  init(kibibytes: some BinaryInteger) {
    let (bytes, overflow) = UInt64(clamping: kibibytes).multipliedReportingOverflow(by: 1024)
    self = overflow ? .max : bytes
  }
}

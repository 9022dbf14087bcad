/// How many pages of one size a NUMA node has.
public struct PageCount: Hashable, Sendable {
  /// The size of one page in bytes.
  public let sizeBytes: Int64
  /// How many there are, used or free.
  public let count: Int64

  /// Reads `<pages>`; nil if it makes no sense.
  init?(_ element: MarkupElement) {
    guard let size = PageCount.sizeBytes(of: element), let count = element.textNumber.flatMap(Int64.init(exactly:)),
      count >= 0
    else { return nil }
    sizeBytes = size
    self.count = count
  }

  /// The size that `<pages>` states, in bytes; nil if it makes no sense.
  static func sizeBytes(of element: MarkupElement) -> Int64? {
    guard let size = element.number("size").flatMap(Int64.init(exactly:)), size > 0,
      let scale = DataSize.bytes(perUnit: element.attribute("unit") ?? "KiB")
    else { return nil }
    let (bytes, overflow) = size.multipliedReportingOverflow(by: scale)
    return overflow ? nil : bytes
  }
}

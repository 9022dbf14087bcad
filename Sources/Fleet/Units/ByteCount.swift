/// A number of bytes of memory or disk; never negative.
package struct ByteCount: Hashable, Comparable, Sendable {
  /// Bytes, 0 or more.
  package let bytes: Int64

  /// That many bytes; a negative number counts as zero.
  package init(bytes: Int64) {
    self.bytes = max(0, bytes)
  }

  /// Nothing.
  package static let zero = ByteCount(bytes: 0)

  /// That many times 2²⁰ bytes, held to the range of the type.
  package static func mebibytes(_ count: Int64) -> ByteCount { scaled(count, by: 1 << 20) }

  /// That many times 2³⁰ bytes, held to the range of the type.
  package static func gibibytes(_ count: Int64) -> ByteCount { scaled(count, by: 1 << 30) }

  private static func scaled(_ count: Int64, by factor: Int64) -> ByteCount {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
    return ByteCount(bytes: overflow ? (count < 0 ? 0 : .max) : bytes)
  }

  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

  /// The sum, held to the range of the type.
  package static func + (left: Self, right: Self) -> Self {
    let (bytes, overflow) = left.bytes.addingReportingOverflow(right.bytes)
    return ByteCount(bytes: overflow ? .max : bytes)
  }

  /// The difference, at least zero.
  package static func - (left: Self, right: Self) -> Self { ByteCount(bytes: left.bytes - right.bytes) }

  /// Adds in place, held to the range of the type.
  package static func += (left: inout Self, right: Self) { left = left + right }
}

extension ByteCount {
  /// Reads a size such as `4GiB`, `512M`, `1.5TiB` or `1048576`.
  ///
  /// `K M G T P` and `KiB …` are powers of 1024, as with `virsh` and `qemu-img`; `KB …` are powers of 1000.
  /// - Throws: ``FleetError`` with code `invalid` for an empty, negative, malformed or too large size.
  package init(parsing text: String) throws(FleetError) {
    let malformed = FleetError(
      .invalid, "\"\(text.printable)\" is not a size", hint: "write a size such as 4GiB, 512MiB or 20G")
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(digits.count)
    let unit = suffix.lowercased()
    guard text.utf8.count <= 40, suffix.allSatisfy(\.isASCII), let first = digits.first, first != "." else {
      throw malformed
    }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.count == 1 || !parts[1].isEmpty, let factor = Self.factor(of: unit) else {
      throw malformed
    }
    let tooLarge = FleetError(.invalid, "the size \"\(text.printable)\" is too large")
    guard let whole = Int64(parts[0]) else { throw tooLarge }
    let (base, overflow) = whole.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw tooLarge }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard factor > 1, parts[1].count <= 6, let numerator = Int64(parts[1]) else { throw malformed }
      var denominator: Int64 = 1
      for _ in parts[1] { denominator *= 10 }
      fraction = Int64(Double(numerator) / Double(denominator) * Double(factor))
    }
    let (bytes, sumOverflow) = base.addingReportingOverflow(fraction)
    guard !sumOverflow else { throw tooLarge }
    self.init(bytes: bytes)
  }

  private static func factor(of unit: String) -> Int64? {
    switch unit {
    case "", "b": 1
    case "k", "kib": 1 << 10
    case "m", "mib": 1 << 20
    case "g", "gib": 1 << 30
    case "t", "tib": 1 << 40
    case "p", "pib": 1 << 50
    case "kb": 1000
    case "mb": 1_000_000
    case "gb": 1_000_000_000
    case "tb": 1_000_000_000_000
    case "pb": 1_000_000_000_000_000
    default: nil
    }
  }
}

extension ByteCount: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(bytes: try decoder.singleValueContainer().decode(Int64.self))
  }

  /// Writes the number of bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }
}

extension ByteCount: CustomStringConvertible {
  /// The largest binary unit that leaves at most one decimal, such as `4GiB` or `1.5GiB`.
  package var description: String {
    for (shift, unit) in [(50, "PiB"), (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] {
      let size = Int64(1) << Int64(shift)
      guard bytes >= size else { continue }
      let tenths = bytes / size * 10 + bytes % size * 10 / size
      return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
    }
    return "\(bytes)B"
  }
}

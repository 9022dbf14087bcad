/// A moment, in milliseconds since 1970-01-01T00:00:00Z without leap seconds.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  /// The moment that many milliseconds after 1970-01-01T00:00:00Z.
  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The moment that many seconds after 1970-01-01T00:00:00Z, held to the range of the type.
  package init(seconds: Int64) {
    let (value, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    milliseconds = overflow ? (seconds < 0 ? .min : .max) : value
  }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 { milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0) }

  /// The moment `seconds` later, held to the range of the type.
  package func adding(seconds: Int64) -> Timestamp {
    let delta = Timestamp(seconds: seconds).milliseconds
    let (value, overflow) = milliseconds.addingReportingOverflow(delta)
    return Timestamp(milliseconds: overflow ? (delta < 0 ? .min : .max) : value)
  }

  /// Seconds from `earlier` to this moment; negative if `earlier` is later.
  package func seconds(since earlier: Timestamp) -> Double {
    (Double(milliseconds) - Double(earlier.milliseconds)) / 1000
  }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with whole seconds, such as `2026-11-23T18:44:00Z`.
  package var description: String {
    // Days to a civil date by Howard Hinnant's `civil_from_days`, which needs no table and no Foundation.
    let total = seconds
    let day = total >= 0 ? total / 86400 : (total - 86399) / 86400
    let clock = total - day * 86400
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    guard (0...9999).contains(year) else {
      return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))T"
        + "\(Self.padded(clock / 3600, 2)):\(Self.padded(clock / 60 % 60, 2)):\(Self.padded(clock % 60, 2))Z"
    }
    // Listings write thousands of these: one pass, no texts in between.
    return String(unsafeUninitializedCapacity: 20) { buffer in
      func write(_ number: Int64, _ start: Int) {
        buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10)
        buffer[start + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
      }
      write(year / 100, 0)
      write(year % 100, 2)
      write(month, 5)
      write(dayOfMonth, 8)
      write(clock / 3600, 11)
      write(clock / 60 % 60, 14)
      write(clock % 60, 17)
      for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")] as [(Int, Unicode.Scalar)] {
        buffer[index] = UInt8(ascii: mark)
      }
      return 20
    }
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

/// Gives the time of day; mains pass in the system's clock, tests a manual one.
package protocol WallClock: Sendable {
  /// The present moment.
  func now() -> Timestamp
}

import Fleet
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "moments are written in RFC 3339, UTC",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (86399, "1970-01-01T23:59:59Z"),
      (86400, "1970-01-02T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (951_868_800, "2000-03-01T00:00:00Z"),
      (1_709_164_800, "2024-02-29T00:00:00Z"), (1_767_225_599, "2025-12-31T23:59:59Z"),
      (1_767_225_600, "2026-01-01T00:00:00Z"), (1_795_459_440, "2026-11-23T18:44:00Z"),
      (4_107_542_400, "2100-03-01T00:00:00Z"), (4_107_456_000, "2100-02-28T00:00:00Z"),
      (-2_203_891_200, "1900-03-01T00:00:00Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] as [(Int64, String)])
  func writes(_ seconds: Int64, _ text: String) {
    #expect(Timestamp(seconds: seconds).description == text)
    #expect(Timestamp(seconds: seconds).seconds == seconds)
  }

  @Test(
    "seconds are rounded down, before 1970 too",
    arguments: [(1999, 1), (1000, 1), (999, 0), (0, 0), (-1, -1), (-999, -1), (-1000, -1), (-1001, -2)]
      as [(Int64, Int64)])
  func rounds(_ milliseconds: Int64, _ seconds: Int64) {
    #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
  }

  @Test("the ends of the range neither trap nor wrap around", arguments: [Int64.min, Int64.max])
  func ends(_ milliseconds: Int64) {
    let moment = Timestamp(milliseconds: milliseconds)
    #expect(moment.description.hasSuffix("Z"))
    #expect(moment.seconds == (milliseconds < 0 ? -9_223_372_036_854_776 : 9_223_372_036_854_775))
    #expect(moment.adding(seconds: milliseconds).milliseconds == milliseconds)
    #expect(Timestamp(seconds: milliseconds).milliseconds == milliseconds)
    #expect(moment.seconds(since: Timestamp(milliseconds: 0)).isFinite)
  }

  @Test("every day of four centuries follows the one before")
  func days() {
    var (year, month, day) = (1970, 1, 1)
    func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    for count in 0..<146_097 {
      let expected = "\(year)-\(pad(month))-\(pad(day))T00:00:00Z"
      guard Timestamp(seconds: Int64(count) * 86400).description == expected else {
        Issue.record("day \(count) is not \(expected)")
        return
      }
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      day += 1
      if day > length { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test("differences have a sign")
  func differences() {
    let moment = Timestamp(milliseconds: 1500)
    #expect(moment.seconds(since: Timestamp(milliseconds: 0)) == 1.5)
    #expect(Timestamp(milliseconds: 0).seconds(since: moment) == -1.5)
    #expect(moment.adding(seconds: -2).milliseconds == -500)
    #expect(moment < moment.adding(seconds: 1))
  }
}
